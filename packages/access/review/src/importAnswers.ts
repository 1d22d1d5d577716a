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
import type { AnswerTable } from "./readAnswers.ts"
import { readAnswers } from "./readAnswers.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"
import type { CodeKey } from "./ReviewerItems.ts"
import { decisionWords, isGenuine, shownColumns, whyComment } from "./ReviewerItems.ts"
import { sheetColumns } from "./Sheet.ts"

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

/** Imports the files at these paths; the campaign is as before where any of them is refused. */
export const importAnswers = Effect.fn("Review.import")(function* (
  path: string,
  files: ReadonlyArray<string>,
  receivedFrom?: string,
) {
  const folder = campaignFolder(path)
  yield* openCampaign(path)
  yield* lockCampaign(folder)
  const campaign = yield* openCampaign(path)
  yield* refuseClosed(campaign)
  const key = yield* campaignKey(folder)
  const late = isAfter(new Date(yield* Clock.currentTimeMillis).toISOString(), campaign.due)
  const before = new Map(
    eventsOf(campaign, "imported").flatMap((event) => event.files.map((it) => [it.file.sha256, it] as const)),
  )
  const problems: Array<string> = []
  const seen = new Map<number, string>()
  const read = yield* Effect.forEach(
    files,
    Effect.fnUntraced(function* (file) {
      const { sha256 } = yield* describeFile(file, basename(file))
      const known = before.get(sha256)
      // What was right when it came changes nothing now, whatever was assigned since.
      if (known !== undefined) {
        return { file, sha256, known: true, reviewer: known.reviewer.email, answers: known.answers }
      }
      const found = answersIn(campaign, { path: file, tables: yield* readAnswers(file) }, key, seen, problems)
      return { file, sha256, known: false, ...found }
    }),
  )
  if (problems.length > 0) return yield* refuseProblems(problems)
  yield* makeFolder(folder.imports)
  const taken = yield* Effect.forEach(
    read.filter(({ known }) => !known),
    Effect.fnUntraced(function* ({ file, sha256, reviewer, answers }) {
      const { email, name, role } = campaign.reviewers.get(reviewer) ?? { email: reviewer, name: "", role: "" }
      const kept = yield* keepCopy(file, join(folder.imports, sha256), basename(file))
      if (kept.sha256 !== sha256) {
        const what = `${file} was changed while it was read.`
        return yield* refuse("Unusable", what, "Nothing was imported. Run the command again when it is whole.")
      }
      const taking: EventOf<"imported">["files"][number] = {
        file: kept,
        reviewer: { email, name, role },
        late,
        answers,
      }
      return taking
    }),
  )
  if (taken.length > 0) {
    yield* record(folder, campaign.log, { _tag: "imported", files: taken, receivedFrom: receivedFrom ?? null })
  }
  const done: Imported = {
    files: read.map(({ file, reviewer, answers, known }) => ({
      path: file,
      reviewer,
      answers: answers.length,
      late,
      known,
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
  file: { readonly path: string; readonly tables: ReadonlyArray<AnswerTable> },
  key: CodeKey,
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
      const problem = problemOf(campaign, key, cells, item, earlier)
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
  key: CodeKey,
  cells: (column: string) => string,
  item: Item | undefined,
  earlier: string | undefined,
): string | undefined => {
  if (item === undefined) return "it is about no item of the campaign"
  const reviewer = cells("Reviewer")
  const shown = shownColumns.map(cells)
  if (!isGenuine(campaign, key, { reviewer, item: item.item, code: cells("Code"), shown })) {
    return "its code does not fit: it is from another campaign, or what it shows, its item or its reviewer was altered"
  }
  if (earlier !== undefined) return `item ${item.item} stands at ${earlier} already`
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
  const why = comment === "" && decision !== undefined ? whyComment(decision, item) : undefined
  return why === undefined ? undefined : `${why} needs a comment`
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
