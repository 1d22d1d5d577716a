// Actions on their way. An action may take longer than C1 waits for an answer, so it runs on its own: C1 is given its id
// and asks for its status later. Statuses live in memory, as in the Go connector: a new process does not know them.
import type { ActionInvocation, ActionState } from "@rollcall/c1-protocol/service"
import type {
  ActionOutcome,
  ActionValues,
  AuditLog,
  Connector,
  ConnectorError,
  ConnectorReasonTag,
  StoreError,
} from "@rollcall/connector"
import { runAction, sentenceOf } from "@rollcall/connector"
import { makeKsuid } from "@rollcall/c1-protocol"
import type { Scope } from "effect"
import { Cause, Effect, Exit, Fiber, Option } from "effect"
import { internalError, rateLimitOf } from "./TaskFailure.ts"

/** The invocations of one loop. */
export interface ActionRuns {
  /** Starts an action and waits for a second; then it goes on by itself. */
  readonly start: (
    connector: Connector,
    name: string,
    values: ActionValues,
  ) => Effect.Effect<ActionInvocation, never, AuditLog>
  /** An invocation by its id; nothing where it is not known, or was forgotten. */
  readonly find: (id: string) => ActionInvocation | undefined
  /** Waits until none is on its way. */
  readonly ended: Effect.Effect<void>
}

/** Milliseconds that a start waits for the end. */
const startWaitMillis = 1000

/** As many are remembered; the one that was started first is forgotten first. */
const maxRuns = 1000

/** Invocations that are interrupted with the scope. */
export const makeActionRuns: Effect.Effect<ActionRuns, never, Scope.Scope> = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const runs = new Map<string, ActionInvocation>()
  const running = new Set<Fiber.Fiber<unknown>>()

  const complete = (run: ActionInvocation, state: ActionState) =>
    Effect.sync(() => {
      if (runs.has(run.id)) runs.set(run.id, { ...run, state })
    })

  const start: ActionRuns["start"] = Effect.fn("C1.startAction")(function* (connector, name, values) {
    const run: ActionInvocation = { id: yield* makeKsuid, name, state: { _tag: "Running" } }
    runs.set(run.id, run)
    const [first] = runs.keys()
    if (runs.size > maxRuns && first !== undefined) runs.delete(first)

    const fiber = yield* runAction(connector, name, values).pipe(
      Effect.onExit((exit) => Effect.flatMap(stateAfter(exit), (state) => complete(run, state))),
      // C1 is told no more than that there was a fault, so its log has to say which.
      Effect.tapDefect((defect) =>
        Effect.logError(`The action ${name} failed because of a bug in Rollcall or the connector.`, defect),
      ),
      Effect.exit,
      Effect.forkIn(scope),
    )
    running.add(fiber)
    fiber.addObserver(() => running.delete(fiber))
    yield* Effect.timeoutOption(Fiber.await(fiber), startWaitMillis)
    return runs.get(run.id) ?? run
  })

  return {
    start,
    find: (id) => runs.get(id),
    ended: Effect.suspend(() => Fiber.awaitAll([...running])).pipe(Effect.asVoid),
  }
})

const stateAfter = Effect.fnUntraced(function* (
  exit: Exit.Exit<ActionOutcome, ConnectorError | StoreError>,
): Effect.fn.Return<ActionState> {
  if (Exit.isSuccess(exit)) return { _tag: "Complete", values: exit.value.values }
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) {
    return {
      _tag: "Failed",
      message: Cause.hasDies(exit.cause) ? internalError : "The process was stopped while it ran.",
    }
  }
  return {
    _tag: "Failed",
    message: sentenceOf(error),
    rateLimit: yield* rateLimitOf(error),
    isRefusal: error._tag === "ConnectorError" && neverBegun.has(error.reason._tag),
  }
})

/** Failures that say that nothing was begun, and that it would fail again. */
export const neverBegun: ReadonlySet<ConnectorReasonTag> = new Set(["OwnAccount", "Braked"])
