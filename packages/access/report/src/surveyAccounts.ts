// One pass over all accounts: how many there are of each sort, and what is not known of them.
import type { AccessReader, AccountAttributes, EndOf, ListedResource } from "@rollcall/access"
import { attributesOf, isBot, isOff, isOfKind, noEnds, saysMore } from "@rollcall/access"
import type { Resource, ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { OpenInvitation } from "./Report.ts"
import { longOpenDays, mfaText, statusText } from "./Report.ts"

/** What the pass found. */
export interface Survey {
  readonly counts: Readonly<Record<Counted, number>>
  readonly statuses: ReadonlyMap<string, number>
  readonly kinds: ReadonlyMap<string, number>
  readonly secondFactors: ReadonlyMap<string, number>
  /** What accounts belong to, as `type:id`: a workspace, not a group. */
  readonly parents: ReadonlySet<string>
}

const counted = [
  "accounts",
  "enabled",
  "disabled",
  "privileged",
  "guests",
  "bots",
  "invited",
  "invitedLong",
  "invitedUndated",
  "disabledHolding",
  "withoutMfa",
  "ending",
  "unknownEmail",
  "unknownStatus",
  "unknownKind",
  "unknownMfa",
] as const

/** What is counted; `unknownKind` and `unknownMfa` of accounts in use alone, as others lose both. */
export type Counted = (typeof counted)[number]

/** An account as the pass sees it. */
export interface SeenAccount {
  readonly resource: ListedResource
  readonly attributes: AccountAttributes & Pick<Resource, "createdAt">
  /** What it holds on anything that is no account. */
  readonly held: ReadonlyArray<{ readonly entitlement: string; readonly resource: ResourceId }>
  /** The resources of these that say more of it than what it is and where it belongs, as `type:id`. */
  readonly holds: ReadonlySet<string>
}

/** All accounts, by type. */
export const seenAccounts = (access: AccessReader): Stream.Stream<SeenAccount, StoreError> =>
  Stream.unwrap(
    Effect.map(Stream.runCollect(access.resourceTypes), (types) => {
      const others = types.flatMap(({ id }) => (access.accountTypes.has(id) ? [] : [id]))
      return Stream.fromIterable(access.accountTypes).pipe(
        Stream.flatMap((resourceType) => access.resources({ resourceType })),
        Stream.mapEffect((resource) =>
          Effect.map(access.held(resource.id, others), (held) => seenAccount(access, resource, held)),
        ),
      )
    }),
  )

const seenAccount = (access: AccessReader, resource: ListedResource, held: SeenAccount["held"]): SeenAccount => {
  // Not from the list: it would ask for a part of what is held once more.
  const ids = held.map(({ entitlement }) => entitlement)
  const facts = resource.facts()
  const attributes = { ...attributesOf(facts, ids, access.meanings), createdAt: facts.createdAt }
  const more = held.filter((it) => saysMore(access, resource.parent?.id, it.entitlement, it.resource))
  return { resource, attributes, held, holds: new Set(more.map((it) => formatResourceId(it.resource))) }
}

/** Resources that accounts belong to; there are as many as workspaces. */
const mostParents = 1000

/** Makes the pass. `openOf` says how long an invitation is open. */
export const surveyAccounts = Effect.fnUntraced(function* (
  access: AccessReader,
  openOf: (account: SeenAccount) => Effect.Effect<OpenInvitation | null, StoreError>,
  endOf: EndOf = noEnds,
): Effect.fn.Return<Survey, StoreError> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const counts = Object.fromEntries(counted.map((name) => [name, 0])) as Record<Counted, number>
  const [statuses, kinds, secondFactors] = [new Map<string, number>(), new Map<string, number>(), new Map()]
  const parents = new Set<string>()
  yield* Stream.runForEach(seenAccounts(access), (account) =>
    Effect.gen(function* () {
      const { attributes, resource } = account
      for (const name of sortsOf(account)) counts[name]++
      if (endsOf(account, endOf).length > 0) counts.ending++
      add(statuses, statusText(attributes))
      add(kinds, attributes.kindText)
      add(secondFactors, mfaText(attributes))
      if (resource.parent !== undefined && parents.size < mostParents) parents.add(formatResourceId(resource.parent.id))
      if (!isOfKind(attributes, "invited") || isOff(attributes.status)) return
      const open = yield* openOf(account)
      if (open === null) counts.invitedUndated++
      else if (open.days >= longOpenDays) counts.invitedLong++
    }),
  )
  return { counts, statuses, kinds, secondFactors, parents }
})

/** What the account holds that ends. */
export const endsOf = ({ resource, held }: SeenAccount, endOf: EndOf) =>
  held.flatMap((it) => {
    const end = endOf(it.entitlement, resource.id)
    return end === undefined ? [] : [{ ...end, held: it }]
  })

const add = (tally: Map<string, number>, word: string): void => void tally.set(word, (tally.get(word) ?? 0) + 1)

/** What an account counts as. */
const sortsOf = ({ attributes, holds }: SeenAccount): ReadonlyArray<Counted> => {
  const { status, kind, mfa, privileged, unknown } = attributes
  const isDisabled = isOff(status)
  const sorts: ReadonlyArray<readonly [Counted, boolean]> = [
    ["accounts", true],
    ["enabled", status === "enabled"],
    ["disabled", isDisabled],
    ["privileged", privileged.length > 0],
    ["guests", isOfKind(attributes, "guest")],
    ["bots", isBot(attributes)],
    ["invited", isOfKind(attributes, "invited") && !isDisabled],
    ["disabledHolding", isDisabled && holds.size > 0],
    ["withoutMfa", mfa === false],
    ["unknownEmail", unknown.includes("email")],
    ["unknownStatus", status === undefined],
    ["unknownKind", kind === undefined && !isDisabled],
    ["unknownMfa", mfa === undefined && !isDisabled && !isBot(attributes)],
  ]
  return sorts.flatMap(([name, holdsTrue]) => (holdsTrue ? [name] : []))
}
