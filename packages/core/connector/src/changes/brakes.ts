// Brakes: how much may change in one go, and what is never taken away. One place for commands, plans and tasks. A brake that
// trips does so before the first write: nothing of the request is done.
import { Clock, Context, Effect } from "effect"
import type { Connector } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model.ts"
import type { EntitlementHolders } from "../Provisioning.ts"
import type { StoreError } from "../StoreError.ts"
import type { IntendedChange } from "./Change.ts"

/** A limit, and the setting that would let more through, as a person gives it: `BATON_MAX_REMOVALS_PER_HOUR`. */
export interface Bound {
  readonly most: number
  readonly setting: string
}

/** What is counted, and how much of it is allowed. An action that takes an account's access away counts as a removal. */
export interface Limit extends Bound {
  readonly counts: "additions" | "removals"
  /** In one run, or with all that everybody who keeps the same journal did within the hour before. */
  readonly within: "run" | "hour"
  /** All of it, that of one entitlement, or the share of an entitlement's holders as they are read live, in percent. */
  readonly of: "all" | "entitlement" | "share"
}

/** All brakes; what is absent does not brake. */
export interface Brakes {
  /** In the order in which they are looked at: the first that trips is told. */
  readonly limits?: ReadonlyArray<Limit> | undefined
  /**
   * Ids of principals and of resources, with their type (`user:U0123`) or without, and of entitlements: of and from these nothing is
   * taken.
   */
  readonly protected?: { readonly ids: ReadonlySet<string>; readonly setting: string } | undefined
}

/** The brakes of this process, and what was changed since an instant, which the brakes by the hour add to. */
export interface BrakesInForce {
  readonly brakes: Brakes
  /** The changes of a tenant since then, in milliseconds since the epoch, by everybody who keeps the same journal. */
  readonly countSince: (tenant: string, since: number) => Effect.Effect<ReadonlyArray<CountedChanges>, StoreError>
  /**
   * Runs work while nobody else who keeps the same journal does so for the tenant, of this process or of another: from counting until what
   * is about to be written is counted too. Without it only one run may write at a time.
   */
  readonly alone?:
    | (<A, E, R>(tenant: string, work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreError, R>)
    | undefined
}

/** Changes of one kind: `grant` or `revoke` of an entitlement, by its id, or runs of an action. */
export interface CountedChanges {
  readonly intent: string
  readonly entitlement?: string | undefined
  readonly count: number
}

/** How many there are of these intents; of one entitlement where it is named. */
export const countIn = (
  all: ReadonlyArray<CountedChanges>,
  intents: ReadonlyArray<string>,
  entitlement?: string,
): number =>
  all
    .filter((it) => intents.includes(it.intent) && (entitlement === undefined || it.entitlement === entitlement))
    .reduce((sum, { count }) => sum + count, 0)

/** The brakes in force; none by default. */
export const CurrentBrakes = Context.Reference<BrakesInForce>("@rollcall/connector/CurrentBrakes", {
  defaultValue: () => ({ brakes: {}, countSince: () => Effect.succeed([]) }),
})

/** The hour of the brakes by the hour, in milliseconds. */
const hour = 3_600_000

/** What is about to be done. */
export interface BrakedRequest {
  readonly tenant: string
  readonly changes: ReadonlyArray<IntendedChange>
  /** The accounts that actions are about to take access from, as `user:U0123`. */
  readonly disabled?: ReadonlyArray<string>
  /** Further ids of these accounts, where they are known: they may be protected under any of them. */
  readonly disabledAs?: ReadonlyArray<string>
  /** The names of the actions that take access, which count as removals within the hour. */
  readonly takingActions?: ReadonlyArray<string>
  /** Who holds each entitlement now, by its id, for the brake by share; without it that brake is left out. */
  readonly held?: ReadonlyMap<string, { readonly holders: Pick<EntitlementHolders["holders"], "length"> }> | undefined
}

/** The actions of a connector that take access. */
export const actionsTakingAccess = <R>({ actions = [] }: Pick<Connector<R>, "actions">): ReadonlyArray<string> =>
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
  const isByTheHour = brakes.limits?.some(({ within }) => within === "hour") === true
  const lately = isByTheHour ? yield* countSince(request.tenant, (yield* Clock.currentTimeMillis) - hour) : []
  return tripped(brakes, request, lately)
})

/** Fails with `Braked` where a brake has tripped. */
export const checkBrakes = ([first]: ReadonlyArray<TrippedBrake>): Effect.Effect<void, ConnectorError> =>
  first === undefined ? Effect.void : Effect.fail(braked(first))

/** The failure of what a brake stops. */
export const braked = ({ message, remedy }: TrippedBrake, begun = "Nothing was begun."): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "Braked" },
    message: `${message} ${begun}`,
    hint: `Check what is asked for. If it is right, ${remedy}.`,
  })

/**
 * Begins one write, of a run that the brakes let through: what others have written since may leave no room for it within the hour. Then it
 * fails with `Braked`, and nothing is begun.
 */
export const beginWithin = Effect.fnUntraced(function* <E, R>(
  request: BrakedRequest,
  begin: Effect.Effect<void, E, R>,
) {
  const { brakes, countSince, alone } = yield* CurrentBrakes
  const limits = brakes.limits?.filter(({ within }) => within === "hour") ?? []
  if (limits.length === 0) return yield* begin
  const checked = Effect.gen(function* () {
    const lately = yield* countSince(request.tenant, (yield* Clock.currentTimeMillis) - hour)
    const [brake] = tripped({ limits }, request, lately)
    if (brake !== undefined) return yield* braked(brake, "Nothing more was begun.")
    return yield* begin
  })
  return yield* alone === undefined ? checked : alone(request.tenant, checked)
})

const tripped = (
  { limits = [], protected: guarded }: Brakes,
  { changes, disabled = [], disabledAs = [], takingActions = [], held }: BrakedRequest,
  lately: ReadonlyArray<CountedChanges>,
): ReadonlyArray<TrippedBrake> => {
  const distinct = [...new Map(changes.map((change) => [pairOf(change), change])).values()]
  const gone = new Set(disabled)
  const removed = distinct.filter(({ intent }) => intent === "revoke")
  const guardedIds = guarded === undefined ? [] : guardedIn(guarded.ids, removed, [...gone, ...disabledAs])
  const countsOf = ({ counts, within, of }: Limit): ReadonlyArray<Count> => {
    const intent = counts === "additions" ? "grant" : "revoke"
    const asked = distinct.filter((change) => change.intent === intent)
    const before = (intents: ReadonlyArray<string>, id?: string) =>
      within === "hour" ? countIn(lately, intents, id) : 0
    if (of !== "all") {
      return [...Map.groupBy(asked, ({ entitlement }) => entitlement.id)].map(([id, { length }]) => ({
        id,
        asked: length,
        before: before([intent], id),
        holders: held?.get(id)?.holders.length,
      }))
    }
    return counts === "additions"
      ? [{ asked: asked.length, before: before([intent]) }]
      : [{ asked: asked.length + gone.size, before: before([intent, ...takingActions]) }]
  }
  return [
    ...guardedIds.map((id) => ({
      name: `protected ${id}`,
      message: `${id} is protected, and nothing is taken from it.`,
      remedy: `take it out of ${guarded?.setting}`,
    })),
    ...limits.flatMap((limit) => countsOf(limit).flatMap((count) => over(limit, count) ?? [])),
  ]
}

/** What a limit is compared with. */
interface Count {
  /** The entitlement; absent: all of them. */
  readonly id?: string
  readonly asked: number
  /** Within the hour before. */
  readonly before: number
  /** How many hold the entitlement; absent where that is not known. */
  readonly holders?: number | undefined
}

/** Of what is to be taken, and of and from whom: what is protected, under the names that the setting has for it. `gone`: accounts. */
export const guardedIn = (
  ids: ReadonlySet<string>,
  removed: ReadonlyArray<Pick<IntendedChange, "entitlement" | "principal" | "aliases">>,
  gone: ReadonlyArray<string> = [],
): ReadonlyArray<string> => {
  const bare = (id: string) => id.slice(id.indexOf(":") + 1)
  const namesOf = ({ entitlement, principal, aliases = [] }: (typeof removed)[number]) => [
    entitlement.id,
    ...[entitlement.resource, principal].flatMap((it) => [formatResourceId(it), it.resource]),
    ...aliases.flatMap((resource) => [formatResourceId({ ...principal, resource }), resource]),
  ]
  const names = new Set([...removed.flatMap(namesOf), ...gone.flatMap((id) => [id, bare(id)])])
  return [...names].filter((id) => ids.has(id))
}

/** A flag is followed by its value, a variable by `=`. */
const raised = ({ setting }: Bound, to: number) => `allow it with ${setting}${setting.startsWith("-") ? " " : "="}${to}`

const pairOf = ({ intent, entitlement, principal }: IntendedChange) =>
  `${intent} ${entitlement.id} ${formatResourceId(principal)}`

const spans = { run: "in a run", hour: "within an hour" } as const

const over = (limit: Limit, count: Count): TrippedBrake | undefined =>
  count.asked === 0 ? undefined : limit.of === "share" ? overShare(limit, count) : overCount(limit, count)

const overCount = (limit: Limit, { id, asked, before }: Count): TrippedBrake | undefined => {
  const { counts, most, within } = limit
  if (before + asked <= most) return undefined
  const where = `${id === undefined ? "" : `of ${id} `}${spans[within]}`
  return {
    name: `${counts} ${where}`,
    message: `${asked} ${counts} are asked for${before === 0 ? "" : ` after ${before}`}, and at most ${most} are allowed ${where}.`,
    remedy: raised(limit, before + asked),
  }
}

/** Of those who held it before the first of the changes that count. */
const overShare = (limit: Limit, { id, asked, before, holders }: Count): TrippedBrake | undefined => {
  const { counts, most, within } = limit
  const members = holders === undefined ? 0 : counts === "removals" ? holders + before : holders - before
  // Of nobody there is no share.
  if (members <= 0) return undefined
  const share = Math.ceil(((before + asked) * 100) / members)
  if (share <= most) return undefined
  const what =
    counts === "removals"
      ? `${before + asked} of the ${members} holders of ${id} would be removed`
      : `${before + asked} would be added to the ${members} holders of ${id}`
  return {
    name: `${counts === "removals" ? "removal" : "addition"} share of ${id} ${spans[within]}`,
    message: `${what}, and at most ${most} percent are allowed ${spans[within]}.`,
    remedy: raised(limit, share),
  }
}
