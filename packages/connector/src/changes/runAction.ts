// Runs an action: checks its arguments, leaves what is done alone, writes once between two lines of the audit log, and
// waits until the system shows the new state.
import { Effect } from "effect"
import type { Action, ActionField, ActionValues } from "../Action.ts"
import type { AuditLog } from "../AuditLog.ts"
import type { Connector } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import type { StoreError } from "../StoreError.ts"
import { auditEntries, audited, Unrecorded } from "./audited.ts"
import { leftOpen } from "./leftOpen.ts"
import { writeOnce } from "./writeOnce.ts"

/** What came of an action. */
export interface ActionOutcome {
  readonly action: string
  /** `already`: nothing was to be done, or a write whose reply was lost turned out to have taken effect. */
  readonly outcome: "changed" | "already"
  readonly values: ActionValues
}

/** Pauses between looks at whether the new state shows, in milliseconds: half a minute in all. */
const looks: ReadonlyArray<number> = [0, 250, 500, 1000, 2000, 4000, 8000, 15_000]

/**
 * Runs the action of this name. Fails with `NotFound` for a name that the connector does not have, with `BadRequest` for
 * arguments that it does not take, and with `uncertain` where the system accepted the action and does not show it in time,
 * or can no longer be asked.
 */
export const runAction = Effect.fn("Actions.run")(function* <R>(
  connector: Connector<R>,
  name: string,
  values: ActionValues,
): Effect.fn.Return<ActionOutcome, ConnectorError | StoreError, R | AuditLog> {
  const action = yield* actionNamed(connector, name)
  yield* checkArguments(action, values)
  const tenant = yield* connector.identify
  const done = (outcome: ActionOutcome["outcome"]): ActionOutcome => ({
    action: name,
    outcome,
    values: action.result(values),
  })
  if (yield* action.isDone(values)) return done("already")

  const target = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))
  const append = yield* auditEntries({ tenant, intent: name, target })
  const write = writeOnce<Written, boolean, R>(
    Effect.as(action.run(values), { outcome: "changed" }),
    action.isDone(values),
    (isDone) => (isDone ? { outcome: "already" } : undefined),
  )
  const { outcome } = yield* Effect.catchTag(audited(append, write), "Unrecorded", ({ asFailure }) =>
    Effect.fail(asFailure),
  )
  if (yield* Effect.mapError(shows(action, values), unchecked)) return done(outcome)
  yield* Effect.mapError(append("unconfirmed", unconfirmed.message), (log) => new Unrecorded({ log }).asFailure)
  return yield* unconfirmed
})

type Written = Pick<ActionOutcome, "outcome">

const unconfirmed = new ConnectorError({
  reason: "Unavailable",
  message: "The action was accepted, but the new state does not show yet.",
  hint: "Give it a minute, then ask for the same again: what is done by then is left alone.",
  uncertain: true,
})

const unchecked = leftOpen("The action was accepted, but the look at whether it shows failed")

/** Looks again and again, less and less often. */
const shows = Effect.fnUntraced(function* <R>(action: Action<R>, values: ActionValues) {
  for (const pause of looks) {
    yield* Effect.sleep(pause)
    if (yield* action.isDone(values)) return true
  }
  return false
})

const actionNamed = <R>({ displayName, actions = [] }: Connector<R>, name: string) => {
  const action = actions.find((candidate) => candidate.name === name)
  return action === undefined
    ? Effect.fail(
        new ConnectorError({
          reason: "NotFound",
          message: `${displayName} has no action ${name}.`,
          hint:
            actions.length === 0
              ? "It has no actions at all."
              : `Choose from ${actions.map((candidate) => candidate.name).join(", ")}.`,
        }),
      )
    : Effect.succeed(action)
}

/** All arguments are required; a text must say something. */
const checkArguments = <R>(action: Action<R>, values: ActionValues) => {
  const problems = [
    ...action.arguments.filter((field) => !isGiven(field, values)).map(({ name }) => `${name} is missing`),
    ...Object.keys(values)
      .filter((name) => !action.arguments.some((field) => field.name === name))
      .map((name) => `${name} is not known`),
  ]
  return problems.length === 0
    ? Effect.void
    : Effect.fail(
        new ConnectorError({
          reason: "BadRequest",
          message: `The arguments of ${action.name} do not fit: ${problems.join("; ")}.`,
          hint: `It takes ${action.arguments.map(({ name, description }) => `${name} (${description})`).join(", ")}.`,
        }),
      )
}

const isGiven = ({ name, type }: ActionField, values: ActionValues): boolean => {
  const value = values[name]
  return type === "text" ? typeof value === "string" && value.trim() !== "" : typeof value === "boolean"
}
