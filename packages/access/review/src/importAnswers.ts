// Takes what reviewers sent back: all files or none. A row that was altered, doubled, or is somebody else's is refused with its place.
import { basename, join } from "node:path"
import { Clock, Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import { eventsOf, isAfter, openCampaign, refuseClosed } from "./Campaign.ts"
import type { Answer, EventOf } from "./CampaignEvent.ts"
import { Decision } from "./CampaignEvent.ts"
import {
  campaignFolder,
  campaignKey,
  describeFile,
  keepCopy,
  lockCampaign,
  makeFolder,
  record,
} from "./CampaignFolder.ts"
import type { Item } from "./Item.ts"
import type { SheetRow } from "./Reviewers.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"
import { decisionWords, isGenuine, sheetColumns } from "./Sheet.ts"

/** A file that came back, and the tables in it. */
export interface AnswerFile {
  readonly path: string
  readonly tables: ReadonlyArray<{ readonly name: string; readonly rows: ReadonlyArray<SheetRow> }>
}

/** What an import did. */
export interface Imported {
  readonly files: ReadonlyArray<{
    readonly path: string
    readonly reviewer: string
    readonly answers: number
    readonly late: boolean
    /** It was imported before, so it changes nothing. */
    readonly known: boolean
  }>
}

/** Problems that an error names. */
const mostProblems = 20
/** Characters of a comment. */
const longestComment = 4000

/** Imports the files; the campaign is as before where any of them is refused. */
export const importAnswers = Effect.fn("Review.import")(function* (
  path: string,
  files: ReadonlyArray<AnswerFile>,
  receivedFrom?: string,
) {
  const folder = campaignFolder(path)
  yield* openCampaign(path)
  yield* lockCampaign(folder)
  const campaign = yield* openCampaign(path)
  yield* refuseClosed(campaign)
  const key = yield* campaignKey(folder)
  const now = new Date(yield* Clock.currentTimeMillis).toISOString()
  const known = new Set(eventsOf(campaign, "imported").flatMap((event) => event.files.map(({ file }) => file.sha256)))
  const problems: Array<string> = []
  const seen = new Map<number, string>()
  const read: Array<{ readonly file: AnswerFile; readonly sha256: string; readonly found: Found }> = []
  for (const file of files) {
    const { sha256 } = yield* describeFile(file.path, basename(file.path))
    read.push({
      file,
      sha256,
      found: answersIn(campaign, file, (cells) => isGenuine(campaign, key, cells), seen, problems),
    })
  }
  if (problems.length > 0) return yield* refuseProblems(problems)
  yield* makeFolder(folder.imports)
  const taken: Array<EventOf<"imported">["files"][number]> = []
  for (const { file, sha256, found } of read) {
    const reviewer = campaign.reviewers.get(found.reviewer)
    if (known.has(sha256) || reviewer === undefined) continue
    const { email, name, role } = reviewer
    const kept = yield* keepCopy(file.path, join(folder.imports, sha256), basename(file.path))
    taken.push({
      file: kept,
      reviewer: { email, name, role },
      late: isAfter(now, campaign.due),
      answers: found.answers,
    })
  }
  if (taken.length > 0) {
    yield* record(folder, campaign.log, { _tag: "imported", files: taken, receivedFrom: receivedFrom ?? null })
  }
  const done: Imported = {
    files: read.map(({ file, sha256, found }) => ({
      path: file.path,
      reviewer: found.reviewer,
      answers: found.answers.length,
      late: isAfter(now, campaign.due),
      known: known.has(sha256),
    })),
  }
  return done
}, Effect.scoped)

interface Found {
  readonly reviewer: string
  readonly answers: ReadonlyArray<Answer>
}

/** The answers in a file; what is wrong with it is added to the problems. */
const answersIn = (
  campaign: Campaign,
  file: AnswerFile,
  genuine: (cells: (column: string) => string) => boolean,
  seen: Map<number, string>,
  problems: Array<string>,
): Found => {
  const answers: Array<Answer> = []
  const reviewers = new Set<string>()
  for (const { name, rows } of file.tables) {
    const [head, ...body] = rows
    const titles = (head?.cells ?? []).map((cell) => cell.replace(/^\ufeff/u, "").trim())
    const missing = sheetColumns.filter((column) => !titles.includes(column))
    if (missing.length > 0) {
      problems.push(`${file.path}${name}: it is no reviewer's table; it lacks the columns ${missing.join(", ")}`)
      continue
    }
    for (const row of body) {
      const cells = (column: string) => (row.cells[titles.indexOf(column)] ?? "").trim()
      const place = `${file.path}${name} line ${row.line}`
      const item = campaign.items.get(Number(cells("Item")))
      const earlier = item === undefined ? undefined : seen.get(item.item)
      const problem = problemOf(campaign, cells, item, genuine, earlier)
      if (item === undefined || problem !== undefined) {
        problems.push(`${place}: ${problem ?? "it is about no item of the campaign"}`)
        continue
      }
      seen.set(item.item, place)
      reviewers.add(cells("Reviewer"))
      const decision = decisionOf(cells("Decision"))
      if (decision !== undefined) answers.push({ item: item.item, decision, comment: cells("Comment") })
    }
  }
  if (reviewers.size > 1)
    problems.push(`${file.path}: it holds rows of several reviewers: ${[...reviewers].join(", ")}`)
  if (reviewers.size === 0 && problems.length === 0) problems.push(`${file.path}: it holds no row`)
  return { reviewer: [...reviewers][0] ?? "", answers }
}

const problemOf = (
  campaign: Campaign,
  cells: (column: string) => string,
  item: Item | undefined,
  genuine: (cells: (column: string) => string) => boolean,
  earlier: string | undefined,
): string | undefined => {
  if (item === undefined) return "it is about no item of the campaign"
  if (!genuine(cells)) {
    return "its code does not fit: it is from another campaign, or what it shows, its item or its reviewer was altered"
  }
  if (earlier !== undefined) return `item ${item.item} stands at ${earlier} already`
  const reviewer = cells("Reviewer")
  if (campaign.reviewerOf.get(item.item) !== reviewer) {
    return `item ${item.item} was assigned to ${campaign.reviewerOf.get(item.item) ?? "nobody"} since`
  }
  const written = cells("Decision")
  const comment = cells("Comment")
  if ([written, comment].some((text) => text.startsWith("="))) return "it holds a formula"
  const decision = decisionOf(written)
  if (written !== "" && decision === undefined) {
    return `${JSON.stringify(written)} is no decision; it can be ${Object.values(decisionWords).join(", ")}`
  }
  if (comment.length > longestComment) return `its comment is longer than ${longestComment} characters`
  const why = comment === "" ? reasonToComment(decision, item) : undefined
  return why === undefined ? undefined : `${why} needs a comment`
}

/** Which answers need one. */
const reasonToComment = (decision: Decision | undefined, { account, privileged }: Item): string | undefined => {
  if (decision === "change") return "a change"
  if (decision !== "keep") return undefined
  if (account.status === "disabled" || account.status === "deleted") return "keeping what a deactivated account holds"
  return privileged ? "keeping a privileged role" : undefined
}

const decisions = Decision.literals

const decisionOf = (text: string): Decision | undefined => {
  const word = text.trim().toLowerCase()
  return decisions.find((decision) => word === decision || word === decisionWords[decision])
}

const refuseProblems = (problems: ReadonlyArray<string>): Effect.Effect<never, ReviewError> => {
  const more = problems.length > mostProblems ? [`and ${problems.length - mostProblems} more`] : []
  const list = [...problems.slice(0, mostProblems), ...more].join("\n")
  const one = problems.length === 1
  return refuse(
    "Unusable",
    `${problems.length} ${one ? "row or file" : "rows or files"} cannot be used:\n${list}`,
    "Nothing was imported. Correct them, or ask the reviewer for the file again.",
  )
}
