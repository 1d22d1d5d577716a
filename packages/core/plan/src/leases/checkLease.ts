// What is refused of a lease before anything is begun.
import type { Change, Connector } from "@rollcall/connector"
import { ConnectorError, CurrentBrakes, guardedIn, refusalOf } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { lengthInWords } from "../PlanError.ts"

/** When it is to end. */
export interface AskedEnd {
  /** Milliseconds since the epoch. */
  readonly until: number
  /** The longest lease that is allowed, in milliseconds (`BATON_MAX_LEASE`). */
  readonly maxLease?: number | undefined
}

/** Fails with `BadRequest` where the end is over, or later than allowed. */
export const checkEnd = Effect.fnUntraced(function* ({ until, maxLease }: AskedEnd) {
  const now = yield* Clock.currentTimeMillis
  if (until <= now) {
    return yield* badRequest(`The end, ${new Date(until).toISOString()}, is over.`, "Give one that is to come.")
  }
  if (maxLease === undefined || until - now <= maxLease) return
  return yield* badRequest(
    `Access for a time may last ${lengthInWords(maxLease)} at most, and ${lengthInWords(until - now)} was asked for.`,
    "Ask for less, or allow more with BATON_MAX_LEASE.",
  )
})

/** Fails where a lease of this, or with this end, is refused before anything is begun. */
export const checkLease = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  change: Pick<Change, "entitlement" | "principal" | "aliases">,
  end: AskedEnd,
) {
  const refused = refusalOf(connector, change)
  if (refused !== undefined) return yield* refused
  yield* checkEnd(end)
  const guarded = yield* whyProtected(connector, change)
  if (guarded !== undefined) return yield* guarded
})

/** The refusal of what is protected, under any of its ids: of that nothing is taken, so nothing is granted for a time. */
export const whyProtected = Effect.fnUntraced(function* <R = never>(
  { provisioning }: Pick<Connector<R>, "provisioning">,
  change: Pick<Change, "entitlement" | "principal" | "aliases">,
) {
  const guarded = (yield* CurrentBrakes).brakes.protected
  if (guarded === undefined) return undefined
  const asksForAliases = change.aliases === undefined && provisioning?.aliasesOf !== undefined
  const aliases = asksForAliases ? yield* provisioning.aliasesOf(change.principal) : change.aliases
  const [id] = guardedIn(guarded.ids, [{ ...change, ...(aliases === undefined ? {} : { aliases }) }])
  return id === undefined
    ? undefined
    : new ConnectorError({
        reason: { _tag: "Braked" },
        message: `${id} is protected, and nothing is taken from it, so nothing is granted for a time. Nothing was begun.`,
        hint: `Grant it without an end, or take it out of ${guarded.setting}.`,
      })
})

/** What was asked for cannot be done. */
export const badRequest = (message: string, hint = "`rollcall leases list` shows what is open.") =>
  new ConnectorError({ reason: { _tag: "BadRequest" }, message: `${message} Nothing was begun.`, hint })
