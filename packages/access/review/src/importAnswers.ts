// Takes what reviewers sent back: all files or none. A file with a row that cannot be used is refused, with the place of the row.
import { basename, join } from "node:path"
import { Clock, Effect } from "effect"
import type { FoundAnswers, Place } from "./answersIn.ts"
import { answersIn } from "./answersIn.ts"
import type { Campaign } from "./Campaign.ts"
import { eventsOf, isAfter, openCampaign, refuseClosed } from "./Campaign.ts"
import type { CheckedSignature, Decision, EventOf } from "./CampaignEvent.ts"
import {
  campaignFolder,
  campaignKey,
  describeFile,
  keepCopy,
  lockCampaign,
  makeFolder,
  record,
} from "./CampaignFolder.ts"
import { importName } from "./EvidenceManifest.ts"
import { readAnswers } from "./readAnswers.ts"
import { readSmallFile } from "./readTable.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"
import { isSigned, pemOf, publicKeyIn, signatureIn } from "./signatures.ts"

/** A decision that a later file has changed. */
export interface Override {
  readonly item: number
  readonly from: Decision
  readonly to: Decision
}

/** What an import did. */
export interface Imported {
  readonly files: ReadonlyArray<{
    readonly path: string
    readonly reviewer: string
    readonly answers: number
    /** Rows without a decision, which stay open. */
    readonly undecided: number
    /** Items of it that were assigned to somebody else since, of which the decision was left out. */
    readonly assigned: ReadonlyArray<number>
    readonly late: boolean
    /** Whether the reviewer's signature was checked. */
    readonly signed: boolean
    /** Items of which it changes an earlier answer to another decision, in the order of the file. */
    readonly overrides: ReadonlyArray<Override>
    /** The earlier files of which it replaces answers, by name. */
    readonly replaces: ReadonlyArray<string>
    /** It was imported before, so it changes nothing. */
    readonly known: boolean
    /** Of a known file, the answers that count no more, and the later files that have replaced them, by name. */
    readonly replaced: number
    readonly replacedBy: ReadonlyArray<string>
  }>
}

/** How files came. */
export interface HowReceived {
  /** In words, such as a mail and its date. */
  readonly receivedFrom?: string | undefined
  /** Files with the reviewer's signature of the one file, and with the public key that is known to be theirs. */
  readonly signature?: { readonly file: string; readonly publicKey: string } | undefined
}

/** Problems that an error names. */
const mostProblems = 20

type TakenFile = EventOf<"imported">["files"][number]

/** A file that was read. */
interface ReadFile extends FoundAnswers, Pick<TakenFile, "signed"> {
  readonly path: string
  readonly sha256: string
  readonly known: boolean
}

/** Imports the files at these paths; the campaign is as before where any of them is refused. */
export const importAnswers = Effect.fn("Review.import")(function* (
  path: string,
  files: ReadonlyArray<string>,
  { receivedFrom, signature }: HowReceived = {},
) {
  const folder = campaignFolder(path)
  yield* openCampaign(path)
  yield* lockCampaign(folder)
  const campaign = yield* openCampaign(path)
  yield* refuseClosed(campaign)
  if (signature !== undefined && files.length !== 1) {
    const what = `A signature is of one file, and ${files.length} are given.`
    return yield* refuse("OutOfOrder", what, "Import files that are signed one by one.")
  }
  const key = yield* campaignKey(campaign)
  const late = isAfter(new Date(yield* Clock.currentTimeMillis).toISOString(), campaign.due)
  const before = new Map(
    eventsOf(campaign, "imported").flatMap((event) => event.files.map((it) => [it.file.sha256, it] as const)),
  )
  const problems: Array<string> = []
  const seen = new Map<number, Place>()
  const read = yield* Effect.forEach(
    files,
    Effect.fnUntraced(function* (
      file: string,
    ): Effect.fn.Return<ReadFile, Effect.Error<ReturnType<typeof readAnswers>>> {
      const { sha256 } = yield* describeFile(file, basename(file))
      const known = before.get(sha256)
      // What was right when it came changes nothing now, whatever was assigned since.
      if (known !== undefined)
        return { ...known, path: file, sha256, known: true, undecided: 0, assigned: [], reviewer: known.reviewer.email }
      const signed = signature === undefined ? null : yield* checkedSignature(file, signature)
      const found = answersIn(campaign, { path: file, tables: yield* readAnswers(file) }, key, seen, problems)
      return { ...found, path: file, sha256, signed, known: false }
    }),
  )
  if (problems.length > 0) return yield* refuseProblems(problems)
  yield* makeFolder(folder.imports)
  const taken = yield* Effect.forEach(
    read.filter(({ known }) => !known),
    Effect.fnUntraced(function* (file: ReadFile): Effect.fn.Return<TakenFile, ReviewError> {
      const { sha256, answers, signed } = file
      const reviewer = campaign.reviewers.get(file.reviewer) ?? { email: file.reviewer, name: "", role: "" }
      const name = basename(file.path)
      const kept = yield* keepCopy(file.path, join(folder.imports, importName({ name, sha256 })), name)
      if (kept.sha256 === sha256) return { file: kept, reviewer, late, answers, signed }
      const hint = "Nothing was imported. Run the command again when the file is whole."
      return yield* refuse("Unusable", `${file.path} was changed while it was read.`, hint)
    }),
  )
  if (taken.length > 0) {
    yield* record(folder, campaign.log, { _tag: "imported", files: taken, receivedFrom: receivedFrom ?? null })
  }
  const done: Imported = {
    files: read.map((file) => ({
      path: file.path,
      reviewer: file.reviewer,
      answers: file.answers.length,
      undecided: file.undecided,
      assigned: file.assigned,
      late,
      signed: file.signed !== null,
      known: file.known,
      ...overridesOf(campaign, file),
      ...replacedOf(campaign, file),
    })),
  }
  return done
}, Effect.scoped)

/** Which earlier answers a new file replaces: whoever imports an older one by mistake is to see it. */
const overridesOf = ({ answers }: Campaign, { known, answers: given }: ReadFile) => {
  const before = known ? [] : given.flatMap((now) => ({ now, earlier: answers.get(now.item) }))
  const overrides = before.flatMap(({ now: { item, decision: to }, earlier }): ReadonlyArray<Override> =>
    earlier === undefined || earlier.decision === to ? [] : [{ item, from: earlier.decision, to }],
  )
  return { overrides, replaces: [...new Set(before.flatMap(({ earlier }) => earlier?.file.name ?? []))] }
}

/** What has replaced the answers of a file that was imported before. */
const replacedOf = ({ answers }: Campaign, { known, sha256, answers: given }: ReadFile) => {
  const later = known ? given.filter(({ item }) => answers.get(item)?.file.sha256 !== sha256) : []
  const by = new Set(later.flatMap(({ item }) => answers.get(item)?.file.name ?? []))
  return { replaced: later.length, replacedBy: [...by] }
}

/** The signature, where it is one of the file. */
const checkedSignature = Effect.fnUntraced(function* (
  path: string,
  { file, publicKey }: NonNullable<HowReceived["signature"]>,
): Effect.fn.Return<CheckedSignature, ReviewError> {
  const checked = { publicKey: pemOf(yield* publicKeyIn(publicKey)), signature: yield* signatureIn(file) }
  if (isSigned(yield* readSmallFile(path, path), checked)) return checked
  const what = `${file} is no signature of ${path} with the key in ${publicKey}.`
  return yield* refuse("Unusable", what, "Nothing was imported. Ask the reviewer for the file and its signature again.")
})

const refuseProblems = (problems: ReadonlyArray<string>): Effect.Effect<never, ReviewError> => {
  const more = problems.length > mostProblems ? [`and ${problems.length - mostProblems} more`] : []
  const list = [...problems.slice(0, mostProblems), ...more].join("\n")
  const one = problems.length === 1
  return refuse(
    "Unusable",
    `${problems.length} ${one ? "row or file" : "rows or files"} cannot be used:\n${list}`,
    "Nothing was imported. Correct decisions and comments; where a code does not fit, ask the reviewer for their file as it was sent to them.",
  )
}
