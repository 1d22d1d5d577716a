// One write of an action, and the wait until the system shows the new state.
import { Effect } from "effect"
import type { Action, ActionValues } from "../Action.ts"
import type { Connector, Tenant } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { takenBy } from "./actionBrakes.ts"
import { audited, auditEntries, leftOpen, Unrecorded, writeOnce } from "./audited.ts"

/** What the system shows of it where it is done; nothing where something is left to do. */
export const look = <R>(action: Action<R>, values: ActionValues) =>
  Effect.map(action.isDone(values), (isDone): ActionValues | undefined =>
    isDone === true ? {} : isDone === false ? undefined : isDone,
  )

/** That it was so already. */
export const done = (seen: ActionValues): Written => ({ outcome: "already", seen })

/** Writes once, and waits until the system shows the new state. */
export const writeAndWait = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  action: Action<R>,
  tenant: Tenant,
  values: ActionValues,
  statedReason?: string,
) {
  const target = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))
  const append = yield* auditEntries({ tenant, intent: action.name, target, statedReason })
  const write = writeOnce<Written, ActionValues | undefined, R>(
    Effect.map(action.run(values), (answered) => ({ outcome: "changed", seen: answered ?? {} })),
    look(action, values),
    (seen) => (seen === undefined ? undefined : done(seen)),
  )
  const taken = takenBy(connector, action, tenant, [values])
  const written = yield* Effect.catchTag(audited(append, write, taken), "Unrecorded", ({ asFailure }) =>
    Effect.fail(asFailure),
  )
  const shown = yield* Effect.mapError(shows(action, values), unchecked)
  if (shown !== undefined) return { ...written, seen: { ...written.seen, ...shown } }
  yield* Effect.mapError(append("unconfirmed", unconfirmed.message), (log) => new Unrecorded({ log }).asFailure)
  return yield* unconfirmed
})

/** Pauses between looks at whether the new state shows, in milliseconds: half a minute in all. */
const looks: ReadonlyArray<number> = [0, 250, 500, 1000, 2000, 4000, 8000, 15_000]

interface Written {
  readonly outcome: "changed" | "already"
  /** Values that the write answered, or that a look showed. */
  readonly seen: ActionValues
}

const unconfirmed = new ConnectorError({
  reason: { _tag: "Unavailable", scope: "system" },
  message: "The action was accepted, but the new state does not show yet.",
  hint: "Wait a minute, then run the same again: what is done by then is skipped.",
  uncertain: true,
})

const unchecked = leftOpen("The action was accepted, but reading the new state failed")

/** Looks again and again, less and less often. */
const shows = Effect.fnUntraced(function* <R>(action: Action<R>, values: ActionValues) {
  for (const pause of looks) {
    yield* Effect.sleep(pause)
    const shown = yield* look(action, values)
    if (shown !== undefined) return shown
  }
  return undefined
})
