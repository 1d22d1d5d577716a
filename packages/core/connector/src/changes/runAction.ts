// Runs an action once or for many values: leaves what is done alone, writes once between two lines of the audit log, and waits
// until the system shows the new state. Nobody takes access from themselves unless that is asked for.
import { Context, Effect, Result } from "effect"
import type { ActionDeclaration, ActionValues } from "../Action.ts"
import type { AuditLog } from "../AuditLog.ts"
import type { Connector, Tenant } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import { StoreError } from "../StoreError.ts"
import { actionNamed, checkArguments } from "./actionCall.ts"
import { brakesOn, checkTakenAccess } from "./actionBrakes.ts"
import { makeCircuitBreaker } from "./audited.ts"
import { endsTheRun } from "./makeChange.ts"
import type { TrippedBrake } from "./brakes.ts"
import { checkBrakes } from "./brakes.ts"
import { ownAccount } from "./ownAccount.ts"
import { done, look, writeAndWait } from "./writeAction.ts"

/** What came of an action. */
export interface ActionOutcome {
  readonly action: string
  /** `already`: nothing was to be done, or a write whose reply was lost turned out to have taken effect. */
  readonly outcome: "changed" | "already"
  readonly values: ActionValues
}

/** How an action is run. */
export interface ActionOptions {
  /** Does it even to the account that the credential belongs to; default `false`. */
  readonly evenMyself?: boolean
  /** Reads and says what it would do, and writes nothing; default `false`. */
  readonly dryRun?: boolean
  /** Why it is run for each of the values, in their order, for the audit log; where there is none, the reason of the whole run. */
  readonly statedReasons?: ReadonlyArray<string | undefined> | undefined
  /** Ends at the first run that may have taken effect and could not be proven; default: goes on. */
  readonly untilDoubt?: boolean
  /**
   * Further ids of the accounts that it is run on, by the id that was given: they may be protected under any of them. The connector is asked
   * for those of whom they are not known.
   */
  readonly aliases?: ReadonlyMap<string, ReadonlyArray<string>> | undefined
  /** The brakes were asked about more than this, all at once; default: they are asked about this. */
  readonly brakesChecked?: boolean
}

/** What came of an action for one set of values; `given` is what it was called with. */
export type ActionResult = { readonly given: ActionValues } & (
  | { readonly outcome: "changed" | "already"; readonly values: ActionValues }
  | { readonly outcome: "wouldChange" | "notTried" }
  | { readonly outcome: "failed"; readonly failure: ConnectorError }
)

/** What a run of an action amounts to. */
export interface RanActions {
  /** One result for each set of values, in their order. */
  readonly results: ReadonlyArray<ActionResult>
  /** Why the rest was not tried. */
  readonly stopReason?: ConnectorError | StoreError | undefined
  /** Of a dry run: the brakes that would stop it. */
  readonly brakes: ReadonlyArray<TrippedBrake>
}

/** Who has to act on an action that is done, or was so already, such as whoever keeps reminders of it; nobody by default. */
export const AfterAction = Context.Reference<
  (action: ActionDeclaration, values: ActionValues, tenant: Tenant) => Effect.Effect<void>
>("@rollcall/connector/AfterAction", { defaultValue: () => () => Effect.void })

/**
 * Runs the action of this name. Fails with `NotFound` for a name that the connector does not have, with `BadRequest` for
 * arguments that it does not take, with `OwnAccount` where it would take access from the account that acts, and with
 * `uncertain` where the system accepted the action and does not show it in time, or can no longer be asked.
 */
export const runAction = Effect.fn("Actions.run")(function* <R>(
  connector: Connector<R>,
  name: string,
  values: ActionValues,
  options: Pick<ActionOptions, "evenMyself"> = {},
): Effect.fn.Return<ActionOutcome, ConnectorError | StoreError, R | AuditLog> {
  const action = yield* actionNamed(connector, name)
  yield* checkArguments(action, values)
  const tenant = yield* connector.identify
  if (options.evenMyself !== true) yield* ownAccount(action, tenant, [values])
  yield* checkTakenAccess(connector, action, tenant, [values])
  const before = yield* look(action, values)
  const { outcome, seen } = before === undefined ? yield* writeAndWait(connector, action, tenant, values) : done(before)
  yield* (yield* AfterAction)(action, values, tenant)
  return { action: name, outcome, values: action.result(values, seen) }
})

/**
 * Fails as {@link runAction} does before it begins, with `OwnAccount` and `Braked` among others: for whoever has to know before the
 * action is on its way.
 */
export const checkAction = Effect.fn("Actions.check")(function* <R>(
  connector: Connector<R>,
  name: string,
  values: ActionValues,
): Effect.fn.Return<void, ConnectorError | StoreError, R> {
  const action = yield* actionNamed(connector, name)
  yield* checkArguments(action, values)
  if (action.takesAccess === undefined) return
  const tenant = yield* connector.identify
  yield* ownAccount(action, tenant, [values])
  yield* checkTakenAccess(connector, action, tenant, [values])
})

/**
 * Runs the action for each set of values, one after the other; `tell` is given each result as soon as it is certain. A failure
 * does not stop the next, except a credential that is lost, a system that is away, and one that fails twice in a row. Fails
 * before anything is begun where {@link runAction} would do so for any of the sets.
 */
export const runActions = Effect.fn("Actions.runAll")(function* <R>(
  connector: Connector<R>,
  name: string,
  all: ReadonlyArray<ActionValues>,
  {
    evenMyself = false,
    dryRun = false,
    statedReasons = [],
    untilDoubt = false,
    brakesChecked = false,
    aliases,
  }: ActionOptions = {},
  tell: (result: ActionResult) => Effect.Effect<void> = () => Effect.void,
): Effect.fn.Return<RanActions, ConnectorError | StoreError, R | AuditLog> {
  const after = yield* AfterAction
  const action = yield* actionNamed(connector, name)
  for (const values of all) yield* checkArguments(action, values)
  const tenant = yield* connector.identify
  if (!evenMyself) yield* ownAccount(action, tenant, all)
  const brakes = brakesChecked ? [] : yield* brakesOn(connector, action, tenant, all, aliases)
  if (!dryRun) yield* checkBrakes(brakes)

  const results: Array<ActionResult> = []
  const settle = (result: ActionResult) => {
    results.push(result)
    return tell(result)
  }
  const openedBy = makeCircuitBreaker()
  let stopReason: ConnectorError | StoreError | undefined
  for (const [at, given] of all.entries()) {
    if (stopReason !== undefined) {
      yield* settle({ given, outcome: "notTried" })
      continue
    }
    const ran = yield* Effect.result(
      Effect.gen(function* () {
        const before = yield* look(action, given)
        if (before !== undefined) return done(before)
        return dryRun
          ? ({ outcome: "wouldChange" } as const)
          : yield* writeAndWait(connector, action, tenant, given, statedReasons[at])
      }),
    )
    if (Result.isSuccess(ran)) {
      openedBy(undefined)
      const { success } = ran
      if (!dryRun) yield* after(action, given, tenant)
      yield* settle(
        success.outcome === "wouldChange"
          ? { given, outcome: success.outcome }
          : { given, outcome: success.outcome, values: action.result(given, success.seen) },
      )
      continue
    }
    const { failure } = ran
    if (failure._tag === "StoreError" || failure.reason._tag === "Braked") {
      stopReason = failure
      yield* settle({ given, outcome: "notTried" })
      continue
    }
    yield* settle({ given, outcome: "failed", failure })
    if (failure.cause instanceof StoreError) stopReason = failure.cause
    else if (endsTheRun(failure) || (untilDoubt && failure.uncertain === true)) stopReason = failure
    else stopReason = openedBy(failure.isLocal ? failure : undefined)
  }
  return { results, stopReason, brakes }
})
