// Prints what differs between the file of another connector and ours: explained text for people, records for programs.
import type { AccessReader, Parity, RecordDifference, SyncInfo, SyncPlace } from "@rollcall/access"
import {
  checkParity,
  comparedKinds,
  notRead,
  openAccess,
  parityListing,
  unexplained,
  valueText,
  workspaceOf,
} from "@rollcall/access"
import { escapeControls, safeJson } from "@rollcall/access/render"
import type { KnownDifference } from "@rollcall/connector"
import { keepHeapTight } from "@rollcall/host/heap"
import { Effect, Stream } from "effect"
import { ExitWith, UsageError } from "../errors.ts"
import { wrapLine } from "../render/cellWidth.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { layTable, printJsonArray, printLines, printListing } from "../render/printListing.ts"
import { grouped, Screen } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import { placeOf } from "./findSync.ts"
import { readOptionsOf, writeNotes } from "./viewRequest.ts"

/** What is compared, and how it is printed. */
export interface ComparisonRequest {
  readonly settings: ViewSettings
  readonly format: OutputFormat
  readonly theirs: string
  readonly ours: string | undefined
  readonly exitCode: boolean
}

/** Both files and what is known of their differences. */
interface Compared extends Parity {
  readonly places: { readonly theirs: SyncPlace; readonly ours: SyncPlace }
  readonly known: ReadonlyArray<KnownDifference>
  /** The program that the connector of our file replaces. */
  readonly replaced: string | undefined
}

/** Prints the differences. Ends with 2 where that is asked for and some are not there on purpose. */
export const showComparison = Effect.fnUntraced(function* (request: ComparisonRequest) {
  keepHeapTight()
  const { settings, format, exitCode } = request
  const places = {
    theirs: yield* placeOf(request.theirs, settings),
    ours: yield* placeOf(request.ours ?? "latest", settings),
  }
  const options = yield* readOptionsOf(settings)
  const open = ({ file, sync }: SyncPlace) => openAccess(file, { ...options, syncId: sync })
  const [theirs, ours] = [yield* open(places.theirs), yield* open(places.ours)]
  yield* refuseSwapped(theirs, ours, places)
  const replaced = yield* replacedBy(ours.sync?.source?.connector)
  const known = replaced?.differences ?? []
  const parity = yield* checkParity(theirs, ours, { known, tempDirectory: options.tempDirectory })
  const compared = { ...parity, places, known, replaced: replaced?.name }
  yield* print(compared, format)
  if (exitCode && explained(compared) < compared.total) return yield* new ExitWith({ code: 2 })
})

const replacedBy = (connector: string | undefined) =>
  Effect.gen(function* () {
    const { all } = yield* KnownModules
    const module = all.find(({ id }) => id === connector)
    return yield* Effect.promise(async () => module?.replaces?.())
  })

const refuseSwapped = (theirs: AccessReader, ours: AccessReader, places: Compared["places"]) =>
  theirs.sync?.source === undefined || ours.sync === undefined || ours.sync.source !== undefined
    ? Effect.void
    : Effect.fail(
        new UsageError({
          message: `${places.theirs.file} was written by Rollcall, and ${places.ours.file} was not.`,
          hint: "Name the file of the other connector first.",
        }),
      )

/** How many differences are there on purpose, as is known. */
const explained = ({ known, counts }: Compared): number => known.reduce((sum, { id }) => sum + (counts[id] ?? 0), 0)

const print = Effect.fnUntraced(function* (compared: Compared, format: OutputFormat) {
  const listing = parityListing(compared.known)
  const notes = notesOf(compared)
  if (format === "table") return yield* printText(compared, notes)
  if (format === "json") return yield* printJson(compared, notes)
  yield* writeNotes(notes)
  return yield* printListing(listing, compared.differences, format)
})

const notesOf = ({ theirs, ours, replaced, gaps }: Compared): ReadonlyArray<string> => [
  ...(theirs.source === undefined
    ? []
    : ["Rollcall wrote both files. `rollcall diff` says what changed between two syncs."]),
  ...(replaced === undefined
    ? [
        ours.source === undefined
          ? "Our file does not say which connector wrote it, so no difference can be explained."
          : `The connector ${ours.source.connector} declares no known differences, so none can be explained.`,
      ]
    : []),
  ...gaps.map((gap) => `Our sync lacks ${gap}`),
]

/** Differences of each kind that are shown. Other forms have all. */
const mostShown = { [unexplained]: 50, [notRead]: 10 }
const mostExamples = 2
/** Values of a record that are shown. */
const mostValues = 3

const printText = Effect.fnUntraced(function* (compared: Compared, notes: ReadonlyArray<string>) {
  const { columns } = yield* Screen
  const { counts, known, ours, theirs, places } = compared
  const sections = yield* Effect.forEach(
    [
      { id: unexplained, title: "Not explained", why: whyUnexplained },
      { id: notRead, title: "Our sync did not read these", why: "" },
      ...known.map(({ id, what, why }) => ({ id, title: what, why })),
    ].filter(({ id }) => (counts[id] ?? 0) > 0),
    Effect.fnUntraced(function* ({ id, title, why }) {
      const count = counts[id] ?? 0
      const most = id === unexplained || id === notRead ? mostShown[id] : mostExamples
      const shown = yield* compared.page(id, { from: 0, most })
      const rest = count - shown.length
      return [
        "",
        `${title.replace(/\.$/u, "")} (${grouped(count)})`,
        ...(why === "" ? [] : [`  ${why}`]),
        ...shown.map((difference) => `    ${lineOf(difference)}`),
        ...(rest === 0 ? [] : [`    and ${grouped(rest)} more`]),
      ]
    }),
  )
  const lines = [
    summaryOf(compared),
    `theirs  ${theirs.id} of ${theirs.endedAt ?? ""} (${places.theirs.file})`,
    `ours    ${ours.id} of ${ours.endedAt ?? ""} (${places.ours.file})`,
    "",
    ...tallyLines(compared),
    ...sections.flat(),
    ...(notes.length === 0 ? [] : ["", "Notes", ...notes.map((note) => `  ${note}`)]),
  ]
  const fitting = yield* Effect.forEach(lines, (line) => wrapLine(escapeControls(line), columns))
  return yield* printLines(fitting.flat())
})

const whyUnexplained =
  "Something changed between both syncs, the settings of both differ, or Rollcall reads something otherwise. Sync with both again, with the same tokens and right after each other; report what stays."

const summaryOf = (compared: Compared): string => {
  const { total, ours } = compared
  const where = ours.source === undefined ? "" : ` in ${workspaceOf(ours)}`
  if (total === 0) return `No differences${where}`
  const rest = total - explained(compared)
  const all = `${grouped(total)} ${total === 1 ? "difference" : "differences"}${where}`
  return rest === 0 ? `${all}, all explained` : `${all}, ${grouped(rest)} not explained`
}

const names = { resourceType: "resource types", resource: "resources", entitlement: "entitlements", grant: "grants" }

const tallyLines = ({ records }: Compared): ReadonlyArray<string> => {
  const rows = comparedKinds.map((kind) => {
    const { theirs, ours, both, same } = records[kind]
    return [names[kind], ...[theirs, ours, both, same].map(grouped)]
  })
  const titles = ["", "Theirs", "Ours", "In both", "Same"].map((title) => ({ title }))
  const table = layTable(titles, rows, { color: false })
  return [table.head, ...rows.map(table.line)]
}

const lineOf = ({ kind, id, name, only, values }: RecordDifference): string => {
  const what = `${names[kind].replace(/s$/u, "")} ${id}${name === "" || name === id ? "" : ` (${name})`}`
  if (only !== null) return `${what}: only ${only}`
  const rest = values.length - mostValues
  const shown = values.slice(0, mostValues).map(valueText).join("; ")
  return `${what}: ${shown}${rest > 0 ? `; and ${rest} more` : ""}`
}

const printJson = (compared: Compared, notes: ReadonlyArray<string>) => {
  const { theirs, ours, places, total, records, counts, known, replaced } = compared
  const listing = parityListing(known)
  const explanations = known.map(({ id, what, why }) => ({ id, count: counts[id] ?? 0, what, why }))
  return printJsonArray(
    {
      theirs: syncJson(theirs, places.theirs),
      ours: syncJson(ours, places.ours),
      replaced: replaced ?? null,
      records,
      total,
      unexplained: counts[unexplained] ?? 0,
      notRead: counts[notRead] ?? 0,
      explanations,
      notes,
    },
    listing.name,
    compared.differences.pipe(
      Stream.mapEffect(listing.json),
      Stream.map((value) => safeJson(value)),
    ),
  )
}

const syncJson = ({ id, startedAt, endedAt, source }: SyncInfo, { file }: SyncPlace): object => ({
  id,
  startedAt,
  endedAt: endedAt ?? null,
  file,
  connector: source?.connector ?? null,
  workspace: source === undefined ? null : { id: source.tenant.id, name: source.tenant.displayName },
})
