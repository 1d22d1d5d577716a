// What every method of the service has in common: a call is counted, shows its faults, and is refused without a good
// access token.
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect"
import { Cause, Clock, type Context, Effect, Exit } from "effect"
import type { CallFaults } from "../faults/FaultPlan.ts"
import type { Captured } from "../Journal.ts"
import type { SimulatorState } from "../SimulatorState.ts"
import { breakRpc, brokenOf } from "./broken.ts"
import { failureOf } from "./failureOf.ts"
import { nameOf } from "../statusCodes.ts"

/** Answers a call of the service. */
export type Answer = <O>(handler: HandlerContext, work: Work<O>) => Promise<O>

/** What a method does with one call. */
export interface Work<O> {
  /** Its answer. The faults that have shown by then are left out of it. */
  readonly act: (faults: CallFaults) => Effect.Effect<O, ConnectError>
  /** Whether it shows the faults itself that fail a call, as an upload does on its way. */
  readonly failsByItself?: boolean
  /** What the journal is to say of the call once it has ended. */
  readonly captured: (isAnswered: boolean) => ReadonlyArray<Omit<Captured, "at" | "call" | "answered">>
}

export const makeAnswer = (state: SimulatorState, context: Context.Context<never>): Answer => {
  const run = Effect.runPromiseExitWith(context)
  return async (handler, work) => {
    const { name } = handler.method
    state.count(name)
    const exit = await run(answered(state, handler, work), { signal: handler.signal })
    const error = Exit.isSuccess(exit) ? undefined : errorOf(exit.cause)
    const ending = error === undefined ? {} : { answered: brokenOf(error) ?? nameOf(error.code) }
    const timeout = handler.requestHeader.get("grpc-timeout")
    const limit = timeout === null ? {} : { timeout }
    for (const entry of work.captured(error === undefined)) {
      state.journal.write({ call: name, ...limit, ...ending, ...entry })
    }
    state.journal.wake()
    if (Exit.isSuccess(exit)) return exit.value
    throw error
  }
}

const answered = Effect.fnUntraced(function* <O>(
  { faults: plan, tokens }: SimulatorState,
  handler: HandlerContext,
  { act, failsByItself = false }: Work<O>,
) {
  const faults = plan.next(handler.method.name)
  const delay = faults.find("delay")
  if (delay !== undefined) yield* Effect.sleep(delay.millis)
  if (faults.find("never") !== undefined) return yield* Effect.never
  const failure = failsByItself ? undefined : failureOf(handler, faults)
  if (failure !== undefined) return yield* Effect.fail(failure)
  if (!tokens.accepts(handler.requestHeader.get("authorization"), yield* Clock.currentTimeMillis)) {
    return yield* Effect.fail(new ConnectError("no access token, or one that has expired", Code.Unauthenticated))
  }
  const answer = yield* act(faults)
  if (faults.find("loseReply") !== undefined) return yield* Effect.fail(breakRpc(handler, "loseReply"))
  return answer
})

const errorOf = (cause: Cause.Cause<ConnectError>): ConnectError => {
  if (Cause.hasInterruptsOnly(cause)) return new ConnectError("the client has gone", Code.Canceled)
  const error = Cause.squash(cause)
  return error instanceof ConnectError ? error : new ConnectError(`the simulator: ${String(error)}`, Code.Internal)
}
