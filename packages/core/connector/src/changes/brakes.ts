// Brakes: how much may change in one go, and what is never taken away. One place for commands, plans and tasks. A brake that
// trips does so before the first write: nothing of the request is done.
import { Clock, Context, Effect } from "effect"
import type { Connector } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model.ts"
import type { EntitlementHolders } from "../Provisioning.ts"
import type { StoreError } from "../StoreError.ts"
import type { ChangeIntent, IntendedChange } from "./Change.ts"

/** A limit, and the setting that would let more through, as a person gives it: `BATON_MAX_REMOVALS_PER_HOUR`. */
export interface Bound {
  readonly most: number
  readonly setting: string
}

/** How many changes of one kind: in one run, of one entitlement in a run, and by everybody within an hour. */
export interface Bounds {
  readonly run?: Bound | undefined
  readonly entitlement?: Bound | undefined
  readonly hour?: Bound | undefined
}

/** All brakes; what is absent does not brake. An action that takes an account's access away counts as a removal. */
export interface Brakes {
  readonly additions?: Bounds | undefined
  readonly removals?: Bounds | undefined
  /** The largest part of an entitlement's holders that may be removed in a run, in percent of those who are read before. */
  readonly removalShare?: Bound | undefined
  /**
   * Ids of principals and of resources, with their type (`user:U0123`) or without, and of entitlements: of and from these nothing is
   * taken.
   */
  readonly protected?: { readonly ids: ReadonlySet<string>; readonly setting: string } | undefined
}

/** The brakes of this process, and what was changed since an instant, which the brakes by the hour add to. */
export interface BrakesInForce {
  readonly brakes: Brakes
  /**
   * How many changes of a tenant were made since then, in milliseconds since the epoch, by everybody who keeps the same journal: by
   * `grant`, `revoke`, and the names of actions.
   */
  readonly countSince: (tenant: string, since: number) => Effect.Effect<ReadonlyMap<string, number>, StoreError>
}

/** The brakes in force; none by default. */
export const CurrentBrakes = Context.Reference<BrakesInForce>("@rollcall/connector/CurrentBrakes", {
  defaultValue: () => ({ brakes: {}, countSince: () => Effect.succeed(new Map()) }),
})

/** The hour of the brakes by the hour, in milliseconds. */
const hour = 3_600_000

/** What is about to be done. */
export interface BrakedRequest {
  readonly tenant: string
  readonly changes: ReadonlyArray<IntendedChange>
  /** The accounts that actions are about to take access from, as `user:U0123`. */
  readonly disabled?: ReadonlyArray<string>
  /** The names of the actions that take access, which count as removals within the hour. */
  readonly takingActions?: ReadonlyArray<string>
  /** Who holds each entitlement now, by its id, for the brake by share; without it that brake is left out. */
  readonly held?: ReadonlyMap<string, EntitlementHolders> | undefined
}

/** The actions of a connector that take access. */
export const actionsTakingAccess = <R>({ actions = [] }: Connector<R>): ReadonlyArray<string> =>
  actions.flatMap(({ name, takesAccess }) => (takesAccess === undefined ? [] : [name]))

/** A brake that trips: `name` is the same for the same brake on the same thing, so that two plans can be compared. */
export interface TrippedBrake {
  readonly name: string
  /** Which limit it passes, and by how much. */
  readonly message: string
  /** The setting that would let it through, which completes "If it is right, …". */
  readonly remedy: string
}

/** The brakes that the request trips, in a fixed order; empty where it may begin. */
export const trippedBrakes = Effect.fn("Brakes.check")(function* (
  request: BrakedRequest,
): Effect.fn.Return<ReadonlyArray<TrippedBrake>, StoreError> {
  const { brakes, countSince } = yield* CurrentBrakes
  const isByTheHour = brakes.additions?.hour !== undefined || brakes.removals?.hour !== undefined
  const lately = isByTheHour ? yield* countSince(request.tenant, (yield* Clock.currentTimeMillis) - hour) : new Map()
  return tripped(brakes, request, lately)
})

/** Fails with `Braked` where a brake has tripped. */
export const checkBrakes = ([first]: ReadonlyArray<TrippedBrake>): Effect.Effect<void, ConnectorError> =>
  first === undefined ? Effect.void : Effect.fail(braked(first))

/** The failure of what a brake stops. */
export const braked = ({ message, remedy }: TrippedBrake): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "Braked" },
    message: `${message} Nothing was begun.`,
    hint: `Check what is asked for. If it is right, ${remedy}.`,
  })

const tripped = (
  { additions = {}, removals = {}, removalShare, protected: guarded }: Brakes,
  { changes, disabled = [], takingActions = [], held }: BrakedRequest,
  lately: ReadonlyMap<string, number>,
): ReadonlyArray<TrippedBrake> => {
  const distinct = [...new Map(changes.map((change) => [pairOf(change), change])).values()]
  const of = (intent: ChangeIntent) => distinct.filter((change) => change.intent === intent)
  const [added, removed] = [of("grant"), of("revoke")]
  const gone = new Set(disabled)
  const before = (intents: ReadonlyArray<string>) => intents.reduce((sum, intent) => sum + (lately.get(intent) ?? 0), 0)
  const inRun = { additions: added.length, removals: removed.length + gone.size }
  const guardedIds = guarded === undefined ? [] : guardedIn(guarded.ids, removed, gone)
  const groups = [...Map.groupBy(removed, (change) => change.entitlement.id)]
  return [
    ...guardedIds.map((id) => ({
      name: `protected ${id}`,
      message: `${id} is protected, and nothing is taken from it.`,
      remedy: `take it out of ${guarded?.setting}`,
    })),
    ...over("additions", inRun.additions, additions.run, "in a run"),
    ...over("removals", inRun.removals, removals.run, "in a run"),
    ...[...Map.groupBy(added, (change) => change.entitlement.id)].flatMap(([id, { length }]) =>
      over("additions", length, additions.entitlement, `of ${id} in a run`),
    ),
    ...groups.flatMap(([id, { length }]) => over("removals", length, removals.entitlement, `of ${id} in a run`)),
    ...groups.flatMap(([id, { length }]) => overShare(id, length, held?.get(id)?.holders.length, removalShare)),
    ...over("additions", inRun.additions, additions.hour, "within an hour", before(["grant"])),
    ...over("removals", inRun.removals, removals.hour, "within an hour", before(["revoke", ...takingActions])),
  ]
}

/** Of what is to be taken, and from whom: what is protected, under the name that the setting has for it. */
const guardedIn = (ids: ReadonlySet<string>, removed: ReadonlyArray<IntendedChange>, gone: ReadonlySet<string>) => {
  const bare = (id: string) => id.slice(id.indexOf(":") + 1)
  const namesOf = ({ entitlement, principal, aliases = [] }: IntendedChange) => [
    entitlement.id,
    ...[entitlement.resource, principal].flatMap((it) => [formatResourceId(it), it.resource]),
    ...aliases.flatMap((resource) => [formatResourceId({ ...principal, resource }), resource]),
  ]
  const names = new Set([...removed.flatMap(namesOf), ...[...gone].flatMap((id) => [id, bare(id)])])
  return [...names].filter((id) => ids.has(id))
}

/** A flag is followed by its value, a variable by `=`. */
const raised = ({ setting }: Bound, to: number) => `allow it with ${setting}${setting.startsWith("-") ? " " : "="}${to}`

const pairOf = ({ intent, entitlement, principal }: IntendedChange) =>
  `${intent} ${entitlement.id} ${formatResourceId(principal)}`

const over = (
  what: "additions" | "removals",
  count: number,
  bound: Bound | undefined,
  where: string,
  before = 0,
): ReadonlyArray<TrippedBrake> => {
  if (bound === undefined || count === 0 || before + count <= bound.most) return []
  const asked = before === 0 ? `${count} ${what} are asked for` : `${count} ${what} are asked for after ${before}`
  return [
    {
      name: `${what} ${where}`,
      message: `${asked}, and at most ${bound.most} are allowed ${where}.`,
      remedy: raised(bound, before + count),
    },
  ]
}

const overShare = (
  id: string,
  count: number,
  members: number | undefined,
  bound: Bound | undefined,
): ReadonlyArray<TrippedBrake> => {
  if (bound === undefined || members === undefined || members === 0) return []
  const share = Math.ceil((count * 100) / members)
  if (share <= bound.most) return []
  return [
    {
      name: `removal share of ${id}`,
      message: `${count} of the ${members} holders of ${id} would be removed, and at most ${bound.most} percent are allowed in a run.`,
      remedy: raised(bound, share),
    },
  ]
}
