// Whether the figures of a campaign are those of its frozen file and its items, counted again.
import type { AccessReader } from "@rollcall/access"
import { entitlementsLike } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Campaign } from "./Campaign.ts"
import { isToRemove } from "./closeCampaign.ts"
import { frozenCoverage } from "./checkPopulation.ts"
import { baseMembership, leftOut } from "./freezeItems.ts"

/** What does not fit, in words; nothing where all does. */
export const checkFigures = Effect.fnUntraced(function* (
  campaign: Campaign,
  access: AccessReader,
): Effect.fn.Return<string | undefined, StoreError> {
  const { started, items } = campaign
  const byGrant = new Map([...items.values()].map((item) => [item.grant, item]))
  const isBase = entitlementsLike(started.base)
  const outOfScope: Record<string, number> = {}
  let grants = 0
  let foreign: string | undefined
  yield* Stream.runForEach(access.grants(), (grant) =>
    Effect.sync(() => {
      grants += 1
      const item = byGrant.get(grant.id)
      const reason = leftOut(access, grant)
      if (item === undefined) {
        const why = reason ?? (isBase(grant.entitlement.id) ? baseMembership : "in none of the scopes")
        outOfScope[why] = (outOfScope[why] ?? 0) + 1
        return
      }
      byGrant.delete(grant.id)
      const account = formatResourceId({ resourceType: item.account.type, resource: item.account.id })
      const isSame = item.entitlement.id === grant.entitlement.id && account === formatResourceId(grant.principal.id)
      if (reason !== undefined || !isSame) foreign ??= `item ${item.item} is not the grant of the frozen file`
    }),
  )
  const [strange] = byGrant.values()
  if (strange !== undefined) return `item ${strange.item} is about a grant that the frozen file does not have`
  if (foreign !== undefined) return foreign
  const perReviewer = Map.groupBy(items.values(), ({ reviewer }) => reviewer)
  const perScope = Map.groupBy(items.values(), ({ scope }) => scope)
  const sums: ReadonlyArray<readonly [what: string, said: number, counted: number]> = [
    ["the grants of the file", started.grants, grants],
    ["the items", started.inScope, items.size],
    ...differing("out of scope, ", started.outOfScope, outOfScope),
    ...started.reviewers.map(
      ({ email, items: said }) => [`the items of ${email}`, said, perReviewer.get(email)?.length ?? 0] as const,
    ),
    ["the reviewers", started.reviewers.filter(({ items: said }) => said > 0).length, perReviewer.size],
    ...started.scopes.map(
      ({ text, items: said }) => [`the items of the scope ${text}`, said, perScope.get(text)?.length ?? 0] as const,
    ),
  ]
  const wrong = sums.find(([, said, counted]) => said !== counted)
  if (wrong !== undefined) return `it says ${wrong[1]} for ${wrong[0]}, and counted there are ${wrong[2]}`
  if (JSON.stringify(frozenCoverage(yield* access.coverage)) !== JSON.stringify(started.coverage)) {
    return "its coverage is not that of the frozen file"
  }
  return checkDispositions(campaign)
})

const differing = (
  what: string,
  said: Readonly<Record<string, number>>,
  counted: Readonly<Record<string, number>>,
): ReadonlyArray<readonly [string, number, number]> =>
  [...new Set([...Object.keys(said), ...Object.keys(counted)])].map((reason) => [
    `${what}${reason}`,
    said[reason] ?? 0,
    counted[reason] ?? 0,
  ])

/** Every item came to something, as it was decided. */
const checkDispositions = (campaign: Campaign): string | undefined => {
  const { closed, items } = campaign
  if (closed === undefined) return undefined
  const came = new Map(closed.dispositions.map(({ item, disposition }) => [item, disposition]))
  if (came.size !== items.size || closed.dispositions.length !== items.size) return "not every item came to something"
  for (const item of items.values()) {
    const disposition = came.get(item.item)
    const isKept = disposition === "kept" || disposition === "keptGone"
    const stays = isKept || disposition === "exception"
    if (disposition === undefined || (!isToRemove(campaign, item, closed.openItems) && !stays)) {
      return `item ${item.item} was not to be removed`
    }
    if (isKept && campaign.answers.get(item.item)?.decision !== "keep") {
      return `item ${item.item} was kept, and nobody decided so`
    }
  }
  return undefined
}
