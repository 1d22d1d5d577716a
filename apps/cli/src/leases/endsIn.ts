// The ends of access in views of a sync: of what the store of leases has open, where there is one. Views decide nothing, so a store that
// cannot be read is a note.
import type { AccessEnd, AccessReader, EndOf, ListedAccess, ListedGrant } from "@rollcall/access"
import { endsFrom } from "@rollcall/access"
import type { Column } from "@rollcall/access/render"
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId, sentenceOf } from "@rollcall/connector"
import { hasStore, storeFileOf } from "@rollcall/host"
import { Effect } from "effect"
import { errLines } from "../Screen.ts"

/** The ends that the store knows, of the workspace where one is named; `undefined` without a store, which is not made, or where it cannot be read. */
export const endsIn = Effect.fn("Leases.endsIn")(function* (leases: string | undefined, tenant: string | undefined) {
  const store = storeFileOf(leases)
  if (!(yield* hasStore(store))) return undefined
  const { lookIntoLeases } = yield* Effect.promise(() => import("@rollcall/host/changes"))
  const found = yield* lookIntoLeases(store).pipe(
    Effect.catch((error) =>
      Effect.as(errLines([`note: When access ends is not shown. ${sentenceOf(error)}`]), undefined),
    ),
  )
  return found === undefined
    ? undefined
    : endsFrom(
        found.leases.flatMap(({ state, kind, entitlement, principal, endsAt, actor: by, reason, ...lease }) =>
          state === "ended" || kind === "reminder" || (tenant !== undefined && lease.tenant !== tenant)
            ? []
            : [{ entitlement: entitlement.id, principal, endsAt, by, reason, isOfC1: kind === "c1" }],
        ),
      )
})

/** What is known of a sync. */
type KnownSync = AccessReader["sync"]

/** Who had something for a time when a sync was made, or has it now, and how often that was asked and so. */
export interface LentThen {
  readonly isLent: (entitlement: string, principal: ResourceId) => boolean
  /** Those of whom that was so: a line that says who, what and until when each. */
  readonly named: () => ReadonlyArray<string>
}

/**
 * Access for a time as a sync shows it, by a store that is not made: what ends, or has ended since, is nothing to make lasting. Fails where
 * the store cannot be read, as the difference would be lost.
 */
export const lentIn = Effect.fn("Leases.lentIn")(function* (leases: string | undefined, sync: KnownSync) {
  const store = storeFileOf(leases)
  const { lookIntoLeases } = yield* Effect.promise(() => import("@rollcall/host/changes"))
  const { wasLent } = yield* Effect.promise(() => import("@rollcall/plan"))
  const tenant = sync?.source?.tenant.id
  const ends = new Map(
    ((yield* hasStore(store)) ? (yield* lookIntoLeases(store)).leases : [])
      .filter((lease) => (tenant === undefined || lease.tenant === tenant) && wasLent(lease, sync ?? {}))
      .map((lease) => [`${lease.entitlement.id} ${formatResourceId(lease.principal)}`, lease.endsAt]),
  )
  const named = new Map<string, string>()
  const lent: LentThen = {
    isLent: (entitlement, principal) => {
      const who = formatResourceId(principal)
      const endsAt = ends.get(`${entitlement} ${who}`)
      if (endsAt !== undefined) named.set(`${entitlement} ${who}`, `${who} in ${entitlement} (until ${endsAt})`)
      return endsAt !== undefined
    },
    named: () => [...named.values()],
  }
  return lent
})

/** People whom a note names. */
const most = 20

/** What is said of those who were left out; nothing where nobody was. */
export const lentNote = ({ named }: LentThen, what: string): ReadonlyArray<string> => {
  const all = named()
  const more = all.length > most ? ` and ${all.length - most} more` : ""
  return all.length === 0 ? [] : [`Held for a time, and ${what}: ${all.slice(0, most).join(", ")}${more}`]
}

/** The columns of the ends, and of who granted for a time. They are in tables where they are shown, or else where they are asked for. */
export const endsColumns = (of: EndOf, areShown = false): ReadonlyArray<Column<ListedGrant>> =>
  columnsOf(
    ({ entitlement, principal }) => [of(entitlement.id, principal.id)].filter((end) => end !== undefined),
    areShown ? { ends: "always", endsBy: "ifRoom" } : chosen,
    false,
  )

/** The same of what one principal holds on a resource, which may be several. */
export const accessEndsColumns = (of: EndOf, principal: ResourceId): ReadonlyArray<Column<ListedAccess>> =>
  columnsOf(({ entitlements }) => entitlements.flatMap(({ id }) => of(id, principal) ?? []), chosen, true)

const chosen = { ends: "chosen", endsBy: "chosen" } as const

const columnsOf = <A>(
  endsOf: (record: A) => ReadonlyArray<AccessEnd>,
  shown: Readonly<Record<"ends" | "endsBy", Column<A>["shown"]>>,
  isList: boolean,
): ReadonlyArray<Column<A>> => {
  const column = (key: "ends" | "endsBy", title: string, text: (end: AccessEnd) => string): Column<A> => {
    const texts = (record: A) => [...new Set(endsOf(record).map(text))]
    return {
      key,
      title,
      shown: shown[key],
      // An instant that is cut off could be any.
      isId: key === "ends",
      value: (record) => texts(record).join(", "),
      json: (record) => (isList ? texts(record) : (texts(record)[0] ?? null)),
    }
  }
  return [column("ends", "Ends", ({ endsAt }) => endsAt), column("endsBy", "Ends By", ({ by = "" }) => by)]
}
