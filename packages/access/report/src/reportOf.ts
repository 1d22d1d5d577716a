// A report of the sync that is read.
import type { AccessReader, Comparison, EndOf, SyncInfo } from "@rollcall/access"
import { isOff, isOfKind, shownBy } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId, StoreError as Unreadable } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { figuresOf, unknownAttributes } from "./figuresOf.ts"
import type { Knowledge } from "./knowledge.ts"
import { figureOf, knowledgeOf } from "./knowledge.ts"
import { largestGroups } from "./largestGroups.ts"
import type {
  OpenInvitation,
  Report,
  ReportedAccount,
  ReportedEnd,
  ReportedGroup,
  ReportSource,
  Tally,
} from "./Report.ts"
import type { SeenAccount } from "./surveyAccounts.ts"
import { endsOf, seenAccounts, surveyAccounts } from "./surveyAccounts.ts"

/** What a report is made of, beside the sync. */
export interface ReportOptions {
  /** The file of the sync, and what makes the report. */
  readonly made: Pick<ReportSource, "file" | "sha256" | "bytes" | "version" | "madeAt">
  /** What changed since an earlier sync, which is open; or why that is not told. */
  readonly since: { readonly comparison: Comparison; readonly reader: AccessReader } | { readonly none: string }
  /** When access ends, where somebody knows that. */
  readonly endOf?: EndOf | undefined
}

/** The report. It fails where the file holds no sync. Figures are read at once, and accounts when their stream runs. */
export const reportOf = Effect.fn("Report.of")(function* (
  access: AccessReader,
  { made, since, endOf }: ReportOptions,
): Effect.fn.Return<Report, StoreError> {
  const { sync } = access
  if (sync === undefined) return yield* noSync(made.file)
  const openOf = openInvitations(sync, "none" in since ? undefined : since)
  const knowledge = yield* knowledgeOf(access)
  const survey = yield* surveyAccounts(access, openOf, endOf)
  const { count, groups } = yield* largestGroups(access, knowledge, survey.parents)
  const counts = yield* access.counts
  const seen = (of: Readonly<Record<string, number>> | undefined, type: string): number =>
    of !== undefined && Object.hasOwn(of, type) ? (of[type] ?? 0) : 0
  return {
    source: sourceOf(sync, made),
    figures: { ...figuresOf(access, knowledge, survey, endOf !== undefined), groups: count },
    statuses: tallies(survey.statuses),
    kinds: tallies(survey.kinds),
    secondFactors: tallies(survey.secondFactors),
    types: [...knowledge.types].map(([id, { name }]) => ({
      id,
      name,
      resources: figureOf(seen(counts.resourcesByResourceType, id), knowledge.lackOf([id])),
      entitlements: figureOf(seen(counts.entitlementsByResourceType, id), knowledge.lackOf([id])),
      grants: figureOf(seen(counts.grantsByResourceType, id), knowledge.lackOfGrants([id])),
    })),
    groups,
    unseen: [...knowledge.unseen, ...unknownAttributes(access, knowledge, survey)],
    changes: "none" in since ? since : since.comparison,
    accounts: reportedAccounts(access, { groups, knowledge, parents: survey.parents }, openOf, endOf),
    membersOf: ({ id }, most) => access.principals({ resource: id }, { limit: most }),
  }
})

const noSync = (file: string): Effect.Effect<never, StoreError> =>
  Effect.fail(
    new Unreadable({
      reason: "Unreadable",
      message: `${file} holds no sync, so there is nothing to report.`,
      hint: "Name another file, or run `rollcall sync` first.",
    }),
  )

const sourceOf = ({ id, type, startedAt, endedAt, source }: SyncInfo, made: ReportOptions["made"]): ReportSource => ({
  ...made,
  syncId: id,
  syncType: type === "" ? "unknown" : type,
  startedAt,
  endedAt: endedAt ?? null,
  workspace: source === undefined ? null : { id: source.tenant.id, name: source.tenant.displayName },
  connector: source?.connector ?? null,
})

/** The most frequent first. */
const tallies = (counts: ReadonlyMap<string, number>): ReadonlyArray<Tally> =>
  [...counts]
    .map(([word, count]) => ({ word, count }))
    .toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))

const dayMillis = 86_400_000

/**
 * Since when an invitation is open: since the account was created, where the system says when that was; or at least since the
 * earlier sync, where that shows it invited already.
 */
const openInvitations = (
  sync: SyncInfo,
  since: { readonly comparison: Comparison; readonly reader: AccessReader } | undefined,
) => {
  const openFrom = (from: string, atLeast: boolean): OpenInvitation => ({
    since: from,
    atLeast,
    days: Math.max(0, Math.floor((Date.parse(sync.endedAt ?? sync.startedAt) - Date.parse(from)) / dayMillis)),
  })
  return Effect.fnUntraced(function* ({
    resource,
    attributes,
  }: SeenAccount): Effect.fn.Return<OpenInvitation | null, StoreError> {
    if (!isOfKind(attributes, "invited") || isOff(attributes.status)) return null
    const { createdAt } = attributes
    if (createdAt !== undefined && !Number.isNaN(Date.parse(createdAt))) return openFrom(createdAt, false)
    const before = since === undefined ? undefined : yield* shownBy(since.reader, resource.id)
    const endedAt = since?.comparison.before.endedAt
    const wasInvited = before !== undefined && isOfKind(before.attributes, "invited")
    return wasInvited && endedAt !== undefined ? openFrom(endedAt, true) : null
  })
}

/** Names of entitlements that are kept; of a connector with more, others are read again. */
const mostNames = 1_000

/** How what is held is called: a role by its name, and `Web (member)` of what is no role. */
const namesOf = (access: AccessReader, types: Knowledge["types"]) => {
  const names = new Map<string, string>()
  return Effect.fnUntraced(function* ({ entitlement, resource: on }: SeenAccount["held"][number]) {
    const known = names.get(entitlement)
    if (known !== undefined) return known
    const { slug, displayName, resource } = yield* access.entitlement(entitlement, on)
    const isRole = types.get(on.resourceType)?.isRole === true
    const name = isRole ? resource.displayName : `${resource.displayName} (${slug || displayName})`
    if (names.size < mostNames) names.set(entitlement, name)
    return name
  })
}

const reportedEnds = Effect.fnUntraced(function* (
  ends: ReturnType<typeof endsOf>,
  nameOf: ReturnType<typeof namesOf>,
): Effect.fn.Return<ReadonlyArray<ReportedEnd>, StoreError> {
  const named = yield* Effect.forEach(ends, ({ held, ...end }) =>
    Effect.map(nameOf(held), (access): ReportedEnd => ({ ...end, entitlement: held.entitlement, access })),
  )
  return named.toSorted((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt))
})

/** All accounts. Each says which of the groups it is in, until so many of a group have said it as are to be listed. */
export const reportedAccounts = (
  access: AccessReader,
  {
    groups,
    knowledge: { types },
    parents,
  }: {
    readonly groups: ReadonlyArray<ReportedGroup>
    readonly knowledge: Knowledge
    readonly parents: ReadonlySet<string>
  },
  openOf: (account: SeenAccount) => Effect.Effect<OpenInvitation | null, StoreError>,
  endOf?: EndOf,
): Stream.Stream<ReportedAccount, StoreError> =>
  Stream.suspend(() => {
    const places = new Map(groups.map(({ id }, place) => [formatResourceId(id), place]))
    const left = groups.map(({ listed }) => listed)
    const isListed = (place: number | undefined): place is number => place !== undefined && (left[place] ?? 0) > 0
    const nameOf = namesOf(access, types)
    return Stream.mapEffect(
      seenAccounts(access),
      Effect.fnUntraced(function* (account): Effect.fn.Return<ReportedAccount, StoreError> {
        const { resource, attributes, held, holds } = account
        const privileging = held.filter(({ entitlement }) => attributes.privileged.includes(entitlement))
        const roles = held.filter((it) => types.get(it.resource.resourceType)?.isRole)
        const ids = held.map((it) => it.resource).filter(({ resourceType }) => types.get(resourceType)?.isGroup)
        const all = new Set(ids.map(formatResourceId).filter((it) => !parents.has(it)))
        const inGroups = [...all].map((it) => places.get(it)).filter(isListed)
        for (const place of inGroups) left[place] = (left[place] ?? 0) - 1
        return {
          id: resource.id,
          name: resource.displayName,
          attributes,
          roles: [...new Set(yield* Effect.forEach(roles, nameOf))],
          privilegedBy: [...new Set(yield* Effect.forEach(privileging, nameOf))],
          groups: all.size,
          inGroups,
          holds: holds.size,
          open: yield* openOf(account),
          ends: endOf && (yield* reportedEnds(endsOf(account, endOf), nameOf)),
        }
      }),
    )
  })
