// Prints what changed between two syncs: grouped text for people, records for programs.
import type { Change, Comparison, Section, SyncInfo, SyncPlace } from "@rollcall/access"
import {
  changeJson,
  changeListing,
  changesText,
  compareFiles,
  detailsOf,
  sectionIds,
  sections,
  workspaceOf,
} from "@rollcall/access"
import { escapeControls, safeJson } from "@rollcall/access/render"
import { formatResourceId } from "@rollcall/connector"
import { keepHeapTight } from "@rollcall/host/heap"
import { Effect, Stream } from "effect"
import { ExitWith, noFileForPage, UsageError } from "../errors.ts"
import type { AnyFormat, OutputFormat } from "../render/printListing.ts"
import { printJsonArray, printLines, printListing } from "../render/printListing.ts"
import { wrapLine } from "../render/cellWidth.ts"
import { grouped, Screen } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import type { DiffPageRequest } from "./diffPage.ts"
import { noteDate, placeOf } from "./findSync.ts"
import { patternsOf, readOptionsOf, writeNotes } from "./viewRequest.ts"

/** What is compared, and how it is printed. */
export interface DiffRequest {
  readonly settings: ViewSettings
  readonly format: AnyFormat
  readonly quiet: boolean
  readonly before: string | undefined
  readonly after: string | undefined
  readonly exitCode: boolean
  readonly privileged: string | undefined
  /** Of a page. */
  readonly out: string | undefined
  readonly force: boolean
}

/** Prints the differences. Ends with 2 where that is asked for and there are some, or something is not known. */
export const showDiff = Effect.fnUntraced(function* (request: DiffRequest) {
  keepHeapTight()
  const { settings, format, exitCode, out, force, quiet } = request
  if (out !== undefined && format !== "html") {
    return yield* new UsageError({
      message: `--out is for -o html, and the results are ${format}.`,
      hint: "Leave it out: other forms go to the standard output.",
    })
  }
  const before = yield* placeOf(request.before ?? "previous", settings)
  const after = yield* placeOf(request.after ?? "latest", settings)
  const compared = Effect.gen(function* () {
    const found = yield* compareFiles(before, after, {
      ...(yield* readOptionsOf(settings)),
      meanings: (yield* KnownModules).all,
      privileged: patternsOf(request.privileged),
    })
    yield* noteDate(request.before, found.before)
    yield* noteDate(request.after, found.after)
    if (found.before.id === found.after.id) {
      yield* writeNotes([
        `both sides are the sync ${found.after.id}: name an earlier one, as \`rollcall syncs\` lists them`,
      ])
    }
    return found
  })
  const comparison =
    format === "html"
      ? yield* asPage(compared, { before, after, out, force, quiet })
      : yield* Effect.tap(compared, (found) => print(found, format, before, after))
  const isSame = comparison.total === 0 && comparison.unknown.every(({ expected }) => expected)
  if (exitCode && !isSame) return yield* new ExitWith({ code: 2 })
})

// What draws pages is loaded for these alone.
const asPage = Effect.fnUntraced(function* <E, R>(
  compared: Effect.Effect<Comparison, E, R>,
  { out, ...request }: Omit<DiffPageRequest, "out"> & { readonly out: string | undefined },
) {
  if (out === undefined) return yield* noFileForPage
  const { writeDiffPage } = yield* Effect.promise(() => import("./diffPage.ts"))
  return yield* writeDiffPage(compared, { ...request, out })
})

const print = Effect.fnUntraced(function* (
  comparison: Comparison,
  format: OutputFormat,
  before: SyncPlace,
  after: SyncPlace,
) {
  if (format === "table") return yield* printText(comparison, before, after)
  if (format === "json") return yield* printJson(comparison, before, after)
  yield* writeNotes(comparison.unknown.map(({ text }) => text))
  return yield* printListing(changeListing, comparison.changes, format)
})

const marks: Readonly<Record<Change["change"], string>> = { added: "+", removed: "-", changed: "~" }

const printText = Effect.fnUntraced(function* (comparison: Comparison, from: SyncPlace, to: SyncPlace) {
  const { columns } = yield* Screen
  const { before, after, counts, unknown } = comparison
  const some = changesText(comparison)
  const head = [
    after.source === undefined ? some : `${some} in ${workspaceOf(after)}`,
    `from  ${before.id} of ${before.endedAt ?? ""} (${from.file})`,
    `to    ${after.id} of ${after.endedAt ?? ""} (${to.file})`,
  ]
  const titles = new Map(sectionIds.map((section) => [section, `${sections[section]} (${grouped(counts[section])})`]))
  let current: Section | undefined
  const lines = Stream.flatMap(comparison.changes, (change) => {
    const begins = change.section !== current
    current = change.section
    return Stream.fromIterable([...(begins ? ["", titles.get(change.section) ?? ""] : []), lineOf(change)])
  })
  const end = unknown.length === 0 ? [] : ["", "Not known", ...unknown.map(({ text }) => `  ? ${text}`)]
  const fitting = (line: string) => wrapLine(escapeControls(line), columns)
  const rest = Stream.concat(lines, Stream.fromIterable(end))
  return yield* printLines(
    (yield* Effect.forEach(head, fitting)).flat(),
    rest.pipe(Stream.mapEffect(fitting), Stream.flatMap(Stream.fromIterable)),
  )
})

const lineOf = (change: Change): string => {
  const { what, subject, entitlement } = change
  const details = detailsOf(change).join("; ")
  if (what === "holders") return `  ${subject.name} (${entitlement?.slug ?? ""}): ${details}`
  const who = [
    subject.name,
    ...(subject.email === null || subject.email === subject.name ? [] : [`<${subject.email}>`]),
    `(${formatResourceId(subject.id)})`,
    ...(what === "membership" ? [`${entitlement?.slug ?? ""} of ${entitlement?.resourceName ?? ""}`] : []),
    ...(what === "account" && subject.kind !== null ? [subject.kind] : []),
  ]
  const inset = change.section === "grown" || change.section === "memberships" ? "    " : "  "
  return `${inset}${marks[change.change]} ${who.join(" ")}${details === "" ? "" : `: ${details}`}`
}

const printJson = ({ before, after, counts, total, unknown, changes }: Comparison, from: SyncPlace, to: SyncPlace) =>
  printJsonArray(
    { before: syncJson(before, from), after: syncJson(after, to), total, counts, unknown },
    changeListing.name,
    Stream.map(changes, (change) => safeJson(changeJson(change))),
  )

const syncJson = ({ id, startedAt, endedAt, source }: SyncInfo, { file }: SyncPlace): object => ({
  id,
  startedAt,
  endedAt: endedAt ?? null,
  file,
  workspace: source === undefined ? null : { id: source.tenant.id, name: source.tenant.displayName },
})
