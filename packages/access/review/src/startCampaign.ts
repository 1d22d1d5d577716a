// Begins a campaign: freezes the file and the items in scope, gives each item a reviewer who is not its own account, and writes it
// all down. Figures add up: in scope and out of scope, by reason, are the grants of the file.
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs"
import type { AccessOptions, UnknownName } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Clock, Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import { openCampaign } from "./Campaign.ts"
import type { EventOf } from "./CampaignEvent.ts"
import type { CampaignFolder } from "./CampaignFolder.ts"
import { campaignFolder, campaignKey, keepCopy, lockCampaign, makeFolder, record } from "./CampaignFolder.ts"
import { readLog } from "./CampaignLog.ts"
import { checkPopulation, readSyncOf } from "./checkPopulation.ts"
import { freezeItems } from "./freezeItems.ts"
import type { SheetRow } from "./readTable.ts"
import { parseReviewers } from "./Reviewers.ts"
import type { ReviewError } from "./ReviewError.ts"
import { onDisk, refuse } from "./ReviewError.ts"
import { readScopes } from "./Scope.ts"

/** What a campaign is to be. */
export interface CampaignRequest extends Omit<AccessOptions, "syncId"> {
  readonly folder: string
  readonly name: string
  /** The `.c1z` file. */
  readonly file: string
  readonly scopes: ReadonlyArray<string>
  /** A reviewers.csv. */
  readonly reviewers: { readonly name: string; readonly rows: ReadonlyArray<SheetRow> }
  /** The address of whoever reviews what no line fits. */
  readonly fallback?: string | undefined
  /** The manager of an account reviews it, where the system names one. */
  readonly byManager: boolean
  /** A date, `2026-12-31`. */
  readonly due: string
  /** The sync must not be older than so many days. */
  readonly maxAge: number
  /** The folder of the campaign before. */
  readonly previous?: string | undefined
  /** Why gaps are accepted. */
  readonly acceptGap?: string | undefined
  readonly version: string
}

/** Starts it, and tells what was written into the log. */
export const startCampaign = Effect.fn("Review.start")(function* (
  request: CampaignRequest,
): Effect.fn.Return<EventOf<"started">, ReviewError | StoreError | UnknownName, Scope.Scope> {
  const folder = campaignFolder(request.folder)
  if ((yield* readLog(folder.log)) !== undefined) {
    return yield* refuse("OutOfOrder", `There is a campaign in ${folder.path} already.`, "Name another folder.")
  }
  const lines = yield* parseReviewers(request.reviewers.name, request.reviewers.rows)
  const previous = request.previous === undefined ? undefined : yield* openCampaign(request.previous)
  yield* makeFolder(folder.path)
  // A campaign that did not start leaves no copy of the data behind.
  yield* Effect.addFinalizer(() => Effect.ignore(onDisk(folder.path, () => discardUnstarted(folder))))
  yield* lockCampaign(folder)
  const population = yield* keepCopy(request.file, folder.population, "population.c1z")
  const access = yield* openAccess(folder.population, request)
  const sync = yield* readSyncOf(access, population)
  const scopes = yield* readScopes(access, request.scopes)
  const acceptedGaps = yield* checkPopulation(access, scopes, request, yield* Clock.currentTimeMillis)
  const frozen = yield* freezeItems(access, folder, scopes, { ...request, lines, before: decidedIn(previous) })
  yield* campaignKey(folder)
  const event: EventOf<"started"> = {
    _tag: "started",
    name: request.name,
    due: request.due,
    version: request.version,
    sync,
    scopes: request.scopes,
    privileged: request.privileged ?? [],
    ...frozen,
    fallback: request.fallback ?? null,
    acceptedGaps,
    acceptedReason: acceptedGaps.length === 0 ? null : (request.acceptGap ?? null),
    previousCampaign: previous === undefined ? null : { name: previous.started.name, head: previous.log.head },
  }
  yield* record(folder, undefined, event)
  return event
}, Effect.scoped)

const discardUnstarted = (folder: CampaignFolder): void => {
  if (existsSync(folder.log)) return
  for (const path of [folder.population, folder.items, folder.key, folder.lock]) rmSync(path, { force: true })
  if (readdirSync(folder.path).length === 0) rmdirSync(folder.path)
}

const decidedIn = (campaign: Campaign | undefined) =>
  campaign === undefined
    ? undefined
    : new Map(
        [...campaign.items.values()].map(({ item, grant }) => [grant, campaign.answers.get(item)?.decision ?? null]),
      )
