// Begins a campaign: freezes the file and the items in scope, gives each item a reviewer who is not its own account, and writes it
// all down. Figures add up: in scope and out of scope, by reason, are the grants of the file.
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs"
import type { AccessOptions, EndOf, UnknownName } from "@rollcall/access"
import { noEnds, openAccess } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Clock, Effect } from "effect"
import { openCampaign } from "./Campaign.ts"
import type { EventOf } from "./CampaignEvent.ts"
import type { CampaignFolder } from "./CampaignFolder.ts"
import { campaignFolder, keepCopy, lockCampaign, makeFolder, makeKey, record } from "./CampaignFolder.ts"
import { readLog } from "./CampaignLog.ts"
import { checkPopulation, frozenCoverage, readSyncOf } from "./checkPopulation.ts"
import type { Reading } from "./earlierSyncs.ts"
import { freezeItems } from "./freezeItems.ts"
import { addHistory } from "./historyOfItems.ts"
import type { SheetRow } from "./readTable.ts"
import { parseReviewers } from "./Reviewers.ts"
import { onDisk, refuse, ReviewError } from "./ReviewError.ts"
import { readScopes } from "./Scope.ts"
import { unknownKinds, unmatchedPatterns } from "./startNotes.ts"

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
  /** The folder of an archive, which tells since when items are there. */
  readonly archive?: string | undefined
  /** Why gaps are accepted. */
  readonly acceptGap?: string | undefined
  /** When access ends, as whoever keeps that knows it, in the workspace of the sync. */
  readonly endsIn?: ((workspace: string | undefined) => Effect.Effect<EndOf | undefined>) | undefined
  readonly version: string
  /** The most items that it may have; a smaller bound is for tests. */
  readonly mostItems?: number | undefined
}

/** Starts it, and tells what was written into the log. */
export const startCampaign = Effect.fn("Review.start")(function* (
  request: CampaignRequest,
): Effect.fn.Return<EventOf<"started">, ReviewError | StoreError | UnknownName, Scope.Scope> {
  const folder = campaignFolder(request.folder)
  if ((yield* readLog(folder.log)) !== undefined) {
    return yield* refuse("OutOfOrder", `There is a campaign in ${folder.path} already.`, "Name another folder.")
  }
  yield* checkName(request.name)
  const lines = yield* parseReviewers(request.reviewers.name, request.reviewers.rows)
  const previous = request.previous === undefined ? undefined : yield* previousCampaign(request.previous)
  if (!existsSync(request.file)) {
    return yield* refuse(
      "Missing",
      `${request.file} is not there.`,
      "Run `rollcall sync` first, or name a synced file.",
    )
  }
  yield* makeFolder(folder.path)
  // A campaign that did not start leaves no copy of the data behind.
  yield* Effect.addFinalizer(() => Effect.ignore(onDisk(folder.path, () => discardUnstarted(folder))))
  yield* lockCampaign(folder)
  const population = yield* keepCopy(request.file, folder.population, "population.c1z")
  const access = yield* openAccess(folder.population, request)
  const sync = yield* readSyncOf(access, population)
  const scopes = yield* readScopes(access, request.scopes)
  const acceptedGaps = yield* checkPopulation(access, scopes, request, yield* Clock.currentTimeMillis)
  const endOf = (yield* request.endsIn?.(sync.workspace?.id) ?? Effect.succeed(undefined)) ?? noEnds
  const frozen = yield* freezeItems(access, folder, scopes, { ...request, lines }, endOf)
  const earlier = { archive: request.archive, previous }
  const history = yield* addHistory(access, folder.items, frozen.items, sync, earlier, readingOf(request))
  const event: EventOf<"started"> = {
    _tag: "started",
    name: request.name,
    due: request.due,
    version: request.version,
    sync,
    coverage: frozenCoverage(yield* access.coverage),
    privileged: request.privileged ?? [],
    ...frozen,
    items: history.items,
    notes: [
      ...(yield* unknownKinds(access, scopes)),
      ...(yield* unmatchedPatterns(access, request.privileged ?? [])),
      ...frozen.notes,
      ...history.notes,
    ],
    fallback: request.fallback ?? null,
    acceptedGaps,
    acceptedReason: acceptedGaps.length === 0 ? null : (request.acceptGap ?? null),
    previousCampaign: previous === undefined ? null : { name: previous.started.name, head: previous.log.head },
    keySha256: yield* makeKey(folder),
  }
  yield* record(folder, undefined, event)
  return event
}, Effect.scoped)

const previousCampaign = (path: string) =>
  openCampaign(path).pipe(
    Effect.mapError((error) => {
      if (error.reason !== "OutOfOrder") return error
      const hint = "Name the folder of an earlier campaign with --previous, or leave it out."
      return new ReviewError({ reason: error.reason, message: error.message, hint, cause: error })
    }),
  )

const discardUnstarted = (folder: CampaignFolder): void => {
  if (existsSync(folder.log)) return
  for (const path of [folder.population, folder.items, folder.key, folder.lock]) rmSync(path, { force: true })
  if (readdirSync(folder.path).length === 0) rmdirSync(folder.path)
}

const readingOf = ({ tempDirectory, decodedLimit, meanings, privileged }: CampaignRequest): Reading => ({
  tempDirectory,
  decodedLimit,
  meanings,
  privileged,
})

/** Audit logs name the campaign, and so do lists that spreadsheets open. */
const checkName = (name: string): Effect.Effect<void, ReviewError> =>
  /^[\p{L}\p{N}][\p{L}\p{N} ._:#/()&-]{0,79}$/u.test(name)
    ? Effect.void
    : refuse(
        "OutOfOrder",
        `${JSON.stringify(name)} cannot be the name of a campaign.`,
        "A name has at most 80 characters, begins with a letter or a digit, and has no quotes or line breaks, such as 2026-Q4.",
      )
