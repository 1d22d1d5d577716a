// Writes a report of a sync to a file or to the standard output.
import type { AccessReader } from "@rollcall/access"
import { changesText, compareSyncs, Incomparable, readerOf } from "@rollcall/access"
import { writeText } from "@rollcall/access/output"
import { C1zFile } from "@rollcall/c1z"
import { keepHeapTight } from "@rollcall/host/heap"
import type { Report, ReportFormat, ReportOptions } from "@rollcall/report"
import { figureText, fileMark, hashOfFile, renderReport, reportOf } from "@rollcall/report"
import { Clock, Effect, Stream } from "effect"
import manifest from "../../package.json" with { type: "json" }
import { noFileForPage, UsageError } from "../errors.ts"
import { endsIn } from "../leases/endsIn.ts"
import { errLines, Screen } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import { archivedSyncs } from "./archivedSyncs.ts"
import { findSync, noteDate, placeOf } from "./findSync.ts"
import { patternsOf, readOptionsOf } from "./viewRequest.ts"

/** What the command was asked for. */
export interface ReportRequest {
  readonly settings: ViewSettings & { readonly leases: string | undefined }
  readonly format: ReportFormat
  readonly quiet: boolean
  readonly syncId: string | undefined
  readonly since: string | undefined
  readonly privileged: string | undefined
  readonly out: string | undefined
  readonly force: boolean
}

/** Writes the report. */
export const writeReport = Effect.fnUntraced(function* (asked: ReportRequest) {
  keepHeapTight()
  const { settings, format, out, force, quiet } = asked
  if (out === undefined && format === "html") return yield* noFileForPage
  const { file, sync } = yield* findSync(settings, asked.syncId)
  let made: Report | undefined
  const text = Stream.unwrap(
    Effect.map(makeReport(asked, { file, sync }), (report) => {
      made = report
      return renderReport(report, format)
    }),
  )
  if (out === undefined) return yield* Effect.flatMap(Screen, (screen) => Stream.runForEach(text, screen.out))
  yield* writeText(out, { force, sources: [file] }, text)
  if (!quiet && made !== undefined) yield* errLines([summaryOf(out, made)])
})

const summaryOf = (out: string, { figures, changes, unseen }: Report): string => {
  const missing = unseen.filter(({ expected }) => !expected).length
  return [
    `Wrote ${out}: accounts ${figureText(figures.accounts)}.`,
    "none" in changes ? changes.none : `${changesText(changes)} since ${changes.before.id}.`,
    ...(missing === 0 ? [] : [`${missing} ${missing === 1 ? "thing" : "things"} could not be seen.`]),
  ].join(" ")
}

const makeReport = Effect.fnUntraced(function* (
  asked: ReportRequest,
  { file: path, sync }: { readonly file: string; readonly sync?: string | undefined },
) {
  const { settings, syncId } = asked
  const mark = yield* fileMark(path)
  const file = yield* C1zFile.open(path, yield* readOptionsOf(settings))
  const meant = { meanings: (yield* KnownModules).all, privileged: patternsOf(asked.privileged) }
  const access = yield* readerOf(file, { syncId: sync, ...meant })
  yield* noteDate(syncId, access.sync)
  const hashed = yield* hashOfFile(path, mark)
  const madeAt = new Date(yield* Clock.currentTimeMillis).toISOString()
  return yield* reportOf(access, {
    made: { file: path, ...hashed, version: manifest.version, madeAt },
    since: yield* sinceOf(asked, file, access, meant),
    endOf: yield* endsIn(settings.leases, access.sync?.source?.tenant.id),
  })
})

/** What changed since the sync that is named, or since the one before. */
const sinceOf = Effect.fnUntraced(function* (
  { settings, since }: ReportRequest,
  file: C1zFile,
  access: AccessReader,
  meant: Parameters<typeof readerOf>[1],
) {
  const place = since === undefined ? yield* placeBefore(settings, file, access) : yield* placeOf(since, settings)
  if ("none" in place) return place
  const other = place.file === file.path ? file : yield* C1zFile.open(place.file, yield* readOptionsOf(settings))
  const reader = yield* readerOf(other, { ...meant, syncId: place.sync })
  yield* noteDate(since, reader.sync)
  if (since !== undefined && reader.sync?.id === access.sync?.id) {
    return yield* new UsageError({
      message: `--since names the sync ${reader.sync?.id ?? ""}, which the report is about.`,
      hint: "Name an earlier one. `rollcall syncs` and `rollcall history` list them.",
    })
  }
  const compared = Effect.map(
    compareSyncs(reader, access, { tempDirectory: settings["c1z-temp-dir"] }),
    (comparison): ReportOptions["since"] => ({ comparison, reader }),
  )
  if (since !== undefined) return yield* compared
  return yield* Effect.catchIf(
    compared,
    (error): error is Incomparable => error instanceof Incomparable,
    ({ message }) => Effect.succeed({ none: `It is not known what changed. ${message}` }),
  )
})

/** The full sync before the one that is reported: in its file, else in the archive. */
const placeBefore = Effect.fnUntraced(function* (settings: ViewSettings, file: C1zFile, { sync }: AccessReader) {
  const all = yield* Stream.runCollect(file.syncs)
  const here = all
    .slice(
      0,
      Math.max(
        0,
        all.findIndex(({ id }) => id === sync?.id),
      ),
    )
    .findLast(({ type, endedAt }) => type === "full" && endedAt !== undefined)
  if (here !== undefined) return { file: file.path, sync: here.id }
  const copies = settings.archive === undefined ? [] : yield* archivedSyncs(settings)
  const until = Date.parse(sync?.endedAt ?? sync?.startedAt ?? "")
  const copy = copies.findLast(
    ({ id, type, endedAt }) => type === "full" && id !== sync?.id && Date.parse(endedAt) < until,
  )
  if (copy !== undefined) return { file: copy.file, sync: copy.id }
  const where =
    settings.archive === undefined
      ? "The file holds no earlier sync"
      : "Neither the file nor the archive has an earlier sync"
  return { none: `${where}, so what changed is not known. --since names one.` }
})
