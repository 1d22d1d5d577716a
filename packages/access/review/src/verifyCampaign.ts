// Looks in a newer sync whether what was to be removed is gone, and what began since the freeze.
import { basename } from "node:path"
import type { AccessOptions } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import { Effect, Stream } from "effect"
import type { Campaign } from "./Campaign.ts"
import { eventsOf } from "./Campaign.ts"
import type { Standing } from "./CampaignEvent.ts"
import { describeFile } from "./CampaignFolder.ts"
import { changeCampaign } from "./changeCampaign.ts"
import { readSyncOf } from "./checkPopulation.ts"
import { refuse } from "./ReviewError.ts"
import { readScopes } from "./Scope.ts"
import { refuseOtherSync, standingsIn } from "./standingsIn.ts"

/** The dispositions after which something must be gone. */
const removing: ReadonlySet<string> = new Set(["revoke", "disable", "worklist"])

/** Records how each removal stands in the file. `lastRemoval` is when the last of them was made, where that is known. */
export const verifyCampaign = (
  path: string,
  file: string,
  reading: Omit<AccessOptions, "syncId">,
  lastRemoval?: string,
) =>
  changeCampaign(
    path,
    Effect.fnUntraced(function* (campaign) {
      const { closed, started } = campaign
      if (closed === undefined) {
        const what = "The campaign has not been closed, so nothing was to be removed."
        return yield* refuse("OutOfOrder", what, "`rollcall review close` comes first.")
      }
      const access = yield* openAccess(file, { ...reading, privileged: started.privileged })
      const sync = yield* readSyncOf(access, yield* describeFile(file, basename(file)))
      const closedAt = campaign.log.lines.find(({ event }) => event._tag === "closed")?.at ?? ""
      const last = [closedAt, lastRemoval ?? ""].toSorted().at(-1) ?? closedAt
      const after = { instant: last, what: "the last removal, or the close of the campaign" }
      yield* refuseOtherSync(access, sync, started.sync, after)
      const removals = closed.dispositions.filter(({ disposition }) => removing.has(disposition))
      const items = removals.flatMap(({ item }) => campaign.items.get(item) ?? [])
      const disabled = new Set(removals.flatMap((it) => (it.disposition === "disable" ? [it.item] : [])))
      const found = yield* standingsIn(access, items, (item) => disabled.has(item))
      const wasGone = new Set(
        (eventsOf(campaign, "verified").at(-1)?.standings ?? [])
          .filter(({ standing }) => standing.startsWith("gone"))
          .map(({ item }) => item),
      )
      return {
        _tag: "verified" as const,
        sync,
        standings: items.map(({ item }) => {
          const standing: Standing = found.get(item)?.standing ?? "notKnown"
          return { item, standing: standing === "there" && wasGone.has(item) ? ("cameBack" as const) : standing }
        }),
        notReviewed: yield* countNotReviewed(campaign, access),
      }
    }),
  )

/** Grants in scope that are no items: they began after the freeze. */
const countNotReviewed = Effect.fnUntraced(function* (
  { items, started }: Campaign,
  access: Effect.Success<ReturnType<typeof openAccess>>,
) {
  const known = new Set([...items.values()].map(({ grant }) => grant))
  // A scope of a group that is gone covers nothing any more.
  const scopes = yield* Effect.forEach(started.scopes, (scope) =>
    readScopes(access, [scope]).pipe(Effect.catchTag("ReviewError", () => Effect.succeed([]))),
  ).pipe(Effect.map((found) => found.flat()))
  const types = yield* Stream.runCollect(access.resourceTypes)
  const accounts = new Set(types.filter(({ traits }) => traits.includes("user")).map(({ id }) => id))
  return yield* access.grants().pipe(
    Stream.filter(
      ({ id, principal, reason }) => !known.has(id) && reason.direct && accounts.has(principal.id.resourceType),
    ),
    Stream.filterEffect((grant) =>
      Effect.map(access.attributes(grant.principal), (account) => {
        const privileged = access.meanings.isPrivileged(grant.entitlement.id)
        return scopes.some(({ covers }) => covers({ grant, account, privileged }))
      }),
    ),
    Stream.runCount,
  )
})

/** The removals that are not done: still there, back again, inherited, or not seen; without those that were accepted. */
export const openRemovals = (
  campaign: Campaign,
): ReadonlyArray<{ readonly item: number; readonly standing: Standing }> => {
  const accepted = new Set(eventsOf(campaign, "remediated").flatMap((event) => (event.accepted ? event.items : [])))
  const standings = eventsOf(campaign, "verified").at(-1)?.standings ?? []
  return standings.filter(({ item, standing }) => !standing.startsWith("gone") && !accepted.has(item))
}
