// Makes the items of a campaign out of the grants of the frozen file, and counts what is left out and why.
import type { AccessEnd, AccessReader, EndOf, ListedGrant, NamedResource } from "@rollcall/access"
import { entitlementsLike } from "@rollcall/access"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { Scope as Lifetime } from "effect"
import { Effect, Stream } from "effect"
import type { ReviewedAccount, Reviewing } from "./assignReviewers.ts"
import { accountsOf, assignment, keepIn, mutualOf } from "./assignReviewers.ts"
import type { EventOf } from "./CampaignEvent.ts"
import type { CampaignFolder } from "./CampaignFolder.ts"
import type { Item } from "./Item.ts"
import { writeItems } from "./Item.ts"
import type { ReviewerLine } from "./Reviewers.ts"
import { foldAddress } from "./Reviewers.ts"
import type { ReviewError } from "./ReviewError.ts"
import type { Scope } from "./Scope.ts"
import { isIn } from "./Scope.ts"
import { nothingIn, tooMany, withoutReviewer } from "./whyNotFrozen.ts"

/** Items of a campaign, all of which are in memory. People do not decide more. */
export const mostItems = 200_000
/** Names of what a grant leads to that are shown. */
const mostLeads = 20

type Frozen = Pick<
  EventOf<"started">,
  "base" | "grants" | "inScope" | "outOfScope" | "reviewers" | "scopes" | "mutual" | "items" | "notes"
>

/** Writes the items and tells the figures of the log's first line. */
export const freezeItems = Effect.fnUntraced(function* (
  access: AccessReader,
  folder: CampaignFolder,
  scopes: ReadonlyArray<Scope>,
  reviewing: Reviewing,
  endOf: EndOf,
): Effect.fn.Return<Frozen, ReviewError | StoreError, Lifetime.Scope> {
  const accountOf = yield* accountsOf(access)
  const leadsTo = leadsOf(access)
  const { base } = access.meanings
  const isBase = entitlementsLike(base)
  const assign = yield* assignment(access, reviewing, accountOf)
  const writer = yield* writeItems(folder.items, "items.ndjson")
  const outOfScope: Record<string, number> = {}
  const perScope = scopes.map(() => 0)
  const firstOf = scopes.map(() => 0)
  /** Scopes that cover base memberships, by their place. */
  const baseOnly = new Set<number>()
  const perReviewer = new Map<string, number>()
  const reviewedBy = new Map<string, Set<string>>()
  const without: Array<string> = []
  const fittingLines = new Set<object>()
  const { mostItems: most = mostItems } = reviewing
  let grants = 0
  let items = 0

  const leaveOut = (reason: string) =>
    Effect.sync(() => {
      outOfScope[reason] = (outOfScope[reason] ?? 0) + 1
    })

  yield* Stream.runForEach(
    access.grants(),
    Effect.fnUntraced(function* (grant: ListedGrant) {
      grants += 1
      const why = leftOut(access, grant)
      if (why !== undefined) return yield* leaveOut(why)
      const account = yield* accountOf(grant.principal)
      const reviewed = { grant, account, privileged: access.meanings.isPrivileged(grant.entitlement.id) }
      const isOfBase = isBase(grant.entitlement.id)
      const fitting = scopes.flatMap((scope, at) => (isIn(scope, reviewed, isOfBase) ? [at] : []))
      const first = fitting[0]
      for (const at of fitting) perScope[at] = (perScope[at] ?? 0) + 1
      if (first === undefined) {
        for (const [at, { covers }] of scopes.entries()) if (covers(reviewed)) baseOnly.add(at)
        return yield* leaveOut(isOfBase ? baseMembership : "in none of the scopes")
      }
      items += 1
      firstOf[first] = (firstOf[first] ?? 0) + 1
      if (items > most) return yield* tooMany(most)
      const reviewer = yield* assign(reviewed)
      if (reviewer === undefined) {
        without.push(`${grant.entitlement.displayName} of ${grant.principal.displayName}`)
        return undefined
      }
      fittingLines.add(reviewer)
      perReviewer.set(reviewer.email, (perReviewer.get(reviewer.email) ?? 0) + 1)
      for (const email of account.emails) {
        const of = reviewedBy.get(reviewer.email) ?? new Set()
        reviewedBy.set(reviewer.email, of.add(foldAddress(email)))
      }
      return yield* writer.write({
        item: items,
        grant: grant.id,
        entitlement: { id: grant.entitlement.id, name: grant.entitlement.displayName },
        resource: {
          type: grant.resource.id.resourceType,
          typeName: grant.resourceType.displayName,
          id: grant.resource.id.resource,
          name: grant.resource.displayName,
        },
        account: shownAccount(grant.principal, account),
        privileged: reviewed.privileged,
        ...frozenEnd(endOf(grant.entitlement.id, grant.principal.id)),
        leadsTo: yield* leadsTo(grant.resource.id),
        scope: scopes[first]?.text ?? "",
        reviewer: reviewer.email,
        // What earlier syncs and campaigns tell comes afterwards.
        firstSeen: null,
        isNew: null,
        decidedThen: null,
        immutable: grant.facts().immutable === true,
      })
    }),
  )
  const empty = scopes.flatMap(({ text }, at) => (perScope[at] === 0 ? [{ text, isOfBase: baseOnly.has(at) }] : []))
  if (empty.length > 0) return yield* nothingIn(empty)
  if (without.length > 0) return yield* withoutReviewer(without)
  const names = new Map(reviewing.lines.toReversed().map((line) => [line.email, line]))
  // Those who got nothing may still be given items later, and their name and role are known then.
  for (const { email } of reviewing.lines) perReviewer.set(email, perReviewer.get(email) ?? 0)
  return {
    base,
    grants,
    inScope: items,
    outOfScope,
    reviewers: [...perReviewer].map(([email, count]) => {
      const { name = "", role = "" } = names.get(email) ?? {}
      return { email, name, role, items: count }
    }),
    scopes: scopes.map(({ text, means }, at) => ({ text, means, items: firstOf[at] ?? 0 })),
    mutual: mutualOf(reviewedBy),
    items: yield* writer.end,
    notes: reviewing.lines.filter((line) => !fittingLines.has(line)).map(lineWithoutItem),
  }
}, Effect.scoped)

const frozenEnd = (end: AccessEnd | undefined): Pick<Item, "ends"> => {
  if (end === undefined) return {}
  const { endsAt, by = null, reason = null, isOfC1 } = end
  return { ends: { endsAt, by, reason, isOfC1 } }
}

const lineWithoutItem = ({ place, scope, email }: ReviewerLine): string =>
  `${place} (${scope}, ${email}) got no item: no scope of the campaign has one for it, or earlier lines took them.`

/** Why a base membership is no item: whether the account is to stay, its other items ask. */
export const baseMembership = "base membership, which an account has for as long as it is in the system"

/** Why a grant can be no item of any campaign; nothing where it can. */
export const leftOut = (access: AccessReader, { principal, reason }: ListedGrant): string | undefined => {
  if (!access.accountTypes.has(principal.id.resourceType)) return "held by no account"
  return reason.direct ? undefined : "inherited through another grant"
}

const shownAccount = (principal: NamedResource, account: ReviewedAccount): Item["account"] => ({
  type: principal.id.resourceType,
  id: principal.id.resource,
  name: principal.displayName,
  emails: account.emails,
  status: account.status ?? null,
  kind: account.kind ?? null,
  kindNote: account.kindNote ?? null,
  ...(account.kind === undefined ? {} : { kindText: account.kindText }),
  mfa: account.mfa ?? null,
  privileged: account.privileged.length > 0,
})

/** What holders of entitlements on a resource hold besides, such as what a group leads to. */
const leadsOf = (access: AccessReader) => {
  const known = new Map<string, ReadonlyArray<string>>()
  return Effect.fnUntraced(function* (id: ResourceId) {
    const key = formatResourceId(id)
    const found = known.get(key)
    if (found !== undefined) return found
    const held = yield* access.access(id).pipe(Stream.take(mostLeads), Stream.runCollect)
    const leads = held.flatMap(({ entitlements }) => entitlements.map(({ displayName }) => displayName))
    keepIn(known, key, leads)
    return leads
  })
}
