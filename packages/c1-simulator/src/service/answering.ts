// What every method of the service has in common: a call is counted, shows its faults, and is refused without a good
// access token.
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect"
import { Cause, Clock, type Context, Effect, Exit } from "effect"
import type { CallFaults } from "../faults/FaultPlan.ts"
import type { Captured } from "../Journal.ts"
import type { SimulatorState } from "../SimulatorState.ts"
import { breakRpc, brokenOf } from "./broken.ts"
import { codeOf, nameOf } from "./statusCodes.ts"

/** Runs the handlers of the service. */
export interface Answering {
  /**
   * Answers a call: faults first, then the token, then `act`. `captured` is asked once the call has ended, for what the
   * journal is to say of it; nothing when it gives nothing.
   */
  readonly answer: <O>(
    name: string,
    handler: HandlerContext,
    act: (faults: CallFaults) => Effect.Effect<O, ConnectError>,
    captured: (answer: O | undefined) => ReadonlyArray<Omit<Captured, "call" | "answered">>,
  ) => Promise<O>
}

export const makeAnswering = (
  { count, faults: plan, tokens, journal }: SimulatorState,
  context: Context.Context<never>,
): Answering => {
  const run = Effect.runPromiseExitWith(context)

  const checked = Effect.fnUntraced(function* <O>(
    name: string,
    handler: HandlerContext,
    act: (faults: CallFaults) => Effect.Effect<O, ConnectError>,
  ) {
    const faults = plan.next(name)
    const delay = faults.find("delay")
    if (delay !== undefined) yield* Effect.sleep(delay.millis)
    if (faults.find("never") !== undefined) return yield* Effect.never
    if (faults.find("cutConnection") !== undefined) return yield* Effect.fail(breakRpc(handler, "cutConnection"))
    // An upload shows these two itself: they may wait for some of its bytes.
    if (name !== "UploadAsset") yield* statusOrReset(handler, faults)
    const now = yield* Clock.currentTimeMillis
    if (!tokens.accepts(handler.requestHeader.get("authorization"), now)) {
      return yield* Effect.fail(new ConnectError("no access token, or one that has expired", Code.Unauthenticated))
    }
    const answer = yield* act(faults)
    if (faults.find("loseReply") !== undefined) return yield* Effect.fail(breakRpc(handler, "loseReply"))
    return answer
  })

  return {
    answer: async (name, handler, act, captured) => {
      count(name)
      const exit = await run(checked(name, handler, act), { signal: handler.signal })
      if (Exit.isSuccess(exit)) {
        for (const entry of captured(exit.value)) journal.write({ call: name, ...entry })
        journal.wake()
        return exit.value
      }
      const error = errorOf(exit.cause)
      const answered = brokenOf(error) ?? nameOf(error.code)
      for (const entry of captured(undefined)) journal.write({ call: name, answered, ...entry })
      journal.wake()
      throw error
    },
  }
}

const statusOrReset = (handler: HandlerContext, faults: CallFaults): Effect.Effect<void, ConnectError> => {
  const refusal = statusFault(faults)
  if (refusal !== undefined) return Effect.fail(refusal)
  return faults.find("resetStream") === undefined ? Effect.void : Effect.fail(breakRpc(handler, "resetStream"))
}

/** What a call with the fault `status` is refused with. */
export const statusFault = (faults: CallFaults): ConnectError | undefined => {
  const fault = faults.find("status")
  return fault === undefined ? undefined : new ConnectError(fault.message ?? "a fault on demand", codeOf(fault.code))
}

const errorOf = (cause: Cause.Cause<ConnectError>): ConnectError => {
  if (Cause.hasInterruptsOnly(cause)) return new ConnectError("the client has gone", Code.Aborted)
  const error = Cause.squash(cause)
  return error instanceof ConnectError ? error : new ConnectError(`the simulator: ${String(error)}`, Code.Internal)
}
