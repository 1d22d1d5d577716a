// Looks in a newer sync whether what was to be removed is gone, and what began since the freeze.
import { basename, join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import type { AccessReader } from "@rollcall/access"
import { entitlementsLike, openAccess } from "@rollcall/access"
import { csvLine } from "@rollcall/access/render"
import { Effect, Stream } from "effect"
import type { Campaign } from "./Campaign.ts"
import { eventsOf, isDisabling, removalsOf } from "./Campaign.ts"
import type { EventOf, Standing } from "./CampaignEvent.ts"
import { describeFile, makeFolder, writeWhole } from "./CampaignFolder.ts"
import { sha256 } from "./CampaignLog.ts"
import { changeCampaign } from "./changeCampaign.ts"
import { readSyncOf } from "./checkPopulation.ts"
import type { Reading } from "./earlierSyncs.ts"
import { goneBefore } from "./removalStates.ts"
import { refuse } from "./ReviewError.ts"
import { isIn, readScopes } from "./Scope.ts"
import { refuseOtherSync, standingsIn } from "./standingsIn.ts"

/** Records how each removal stands in the file. `lastChange` is when the last of them was changed, where that is known. */
export const verifyCampaign = (path: string, file: string, reading: Reading, lastChange?: string) =>
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
      const last = [closedAt, lastChange ?? ""].toSorted().at(-1) ?? closedAt
      const after = { instant: last, what: "the last removal, or the close of the campaign" }
      yield* refuseOtherSync(access, sync, started.sync, after)
      const { standings, notReviewed, list } = yield* findingsIn(campaign, access, reading)
      const notReviewedFile = notReviewed === 0 ? null : yield* writeNotReviewed(campaign, list)
      return { _tag: "verified" as const, sync, standings, notReviewed, notReviewedFile }
    }),
  )

/**
 * What a verification that the log has says otherwise than its file, in words; nothing where all fits.
 * @param before The campaign as it was then.
 */
export const checkVerification = Effect.fnUntraced(function* (
  before: Campaign,
  { sync, standings, notReviewed, notReviewedFile }: EventOf<"verified">,
  file: string,
  reading: Reading,
) {
  const access = yield* openAccess(file, { ...reading, privileged: before.started.privileged, syncId: sync.syncId })
  const found = yield* findingsIn(before, access, reading)
  const said = { ...sync, standings, notReviewed, list: notReviewedFile?.sha256 ?? null }
  const counted = {
    ...(yield* readSyncOf(access, sync.file)),
    standings: found.standings,
    notReviewed: found.notReviewed,
    list: found.notReviewed === 0 ? null : sha256(found.list),
  }
  return isDeepStrictEqual(said, counted)
    ? undefined
    : `the verification in the sync of ${sync.startedAt} does not say what its file shows`
}, Effect.scoped)

/** How removals stand in the sync, and what nobody has reviewed. */
const findingsIn = Effect.fnUntraced(function* (campaign: Campaign, access: AccessReader, reading: Reading) {
  const items = removalsOf(campaign).flatMap(({ item }) => campaign.items.get(item) ?? [])
  const found = yield* standingsIn(access, items, isDisabling(campaign))
  const wasGone = goneBefore(campaign)
  const roles = yield* roleTypes(access)
  const thereOr = (item: number): Standing => {
    if (wasGone.has(item)) return "cameBack"
    const isRole = roles.has(campaign.items.get(item)?.resource.type ?? "")
    return campaign.answers.get(item)?.decision === "change" && !isRole ? "notShown" : "there"
  }
  const { rows, count } = yield* grantsNotReviewed(campaign, access, reading)
  return {
    standings: items.map(({ item }) => {
      const standing = found.get(item)?.standing ?? "notKnown"
      return { item, standing: standing === "there" ? thereOr(item) : standing }
    }),
    notReviewed: count,
    list: [titles, ...rows].map((row) => `${csvLine(row)}\r\n`).join(""),
  }
})

/** The types of roles. To change a role is to give another one, so one that is still there was not changed. */
const roleTypes = (access: AccessReader) =>
  access.resourceTypes.pipe(
    Stream.filter(({ traits }) => traits.includes("role")),
    Stream.runFold(
      () => new Set<string>(),
      (types, { id }) => types.add(id),
    ),
  )

/** Grants that a table lists; of more it has only the number. */
const mostListed = 100_000

const titles = ["Account", "E-mail", "Account ID", "Access", "On", "Entitlement ID", "Grant ID"]

/**
 * Grants in scope that began after the freeze. One that the frozen file has too did not, though its account is in the scope only now,
 * such as one that the campaign has disabled.
 */
const grantsNotReviewed = Effect.fnUntraced(function* (
  { folder, items, started }: Campaign,
  access: AccessReader,
  reading: Reading,
) {
  // Most campaigns need not look there.
  const frozen = yield* Effect.cached(openAccess(folder.population, { ...reading, syncId: started.sync.syncId }))
  const isBase = entitlementsLike(started.base)
  const known = new Set([...items.values()].map(({ grant }) => grant))
  // A scope of a group that is gone covers nothing any more.
  const scopes = yield* Effect.forEach(started.scopes, ({ means }) =>
    readScopes(access, [means]).pipe(Effect.catchTag("ReviewError", () => Effect.succeed([]))),
  ).pipe(Effect.map((found) => found.flat()))
  const rows: Array<ReadonlyArray<string>> = []
  let count = 0
  yield* access.grants().pipe(
    Stream.filter(
      ({ id, principal, reason }) =>
        !known.has(id) && reason.direct && access.accountTypes.has(principal.id.resourceType),
    ),
    Stream.runForEach(
      Effect.fnUntraced(function* (grant) {
        const { id, entitlement, principal, resource, resourceType } = grant
        const account = yield* access.attributes(principal)
        const privileged = access.meanings.isPrivileged(entitlement.id)
        const reviewed = { grant, account, privileged }
        if (!scopes.some((scope) => isIn(scope, reviewed, isBase(entitlement.id)))) return
        if (yield* (yield* frozen).holdsDirectly(principal.id, entitlement.id)) return
        count += 1
        const on = `${resource.displayName} (${resourceType.displayName})`
        const who = [principal.displayName, account.email ?? "", principal.id.resource]
        if (rows.length < mostListed) rows.push([...who, entitlement.displayName, on, entitlement.id, id])
      }),
    ),
  )
  return { rows, count }
})

/** Writes the list; one that is what the verification before has found is not written again. */
const writeNotReviewed = Effect.fnUntraced(function* (campaign: Campaign, text: string) {
  const { verifications } = campaign.folder
  const before = eventsOf(campaign, "verified")
  const last = before.at(-1)?.notReviewedFile
  if (last?.sha256 === sha256(text)) return last
  yield* makeFolder(verifications)
  const name = `${String(before.length + 1).padStart(3, "0")}-not-reviewed.csv`
  const path = join(verifications, name)
  yield* writeWhole(path, text)
  return yield* describeFile(path, `verifications/${name}`)
})
