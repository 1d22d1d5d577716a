// How much was uploaded last, by tenant and request, so that a sync which suddenly shows far less is held back, and so that
// the age of the data is known after a restart: the file itself is removed once it is uploaded.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ComparedSync, SyncRequest, SyncSource, SyncSummary } from "@rollcall/connector"
import { requestKey, systemCodeOf } from "@rollcall/connector"
import { Context, Effect, Option, Schema } from "effect"
import { sha256 } from "../output.ts"

/** What was uploaded: whose data, and what was asked for. */
export interface UploadKey {
  readonly connector: string
  readonly tenant: Pick<SyncSource["tenant"], "id">
  readonly request: SyncRequest
}

/** The records of a work folder's uploads, one file each. */
export interface UploadRecords {
  /** How much the last upload of this key had; `undefined` where none is known. One that cannot be read is logged. */
  readonly lastUpload: (key: UploadKey) => Effect.Effect<ComparedSync | undefined>
  /** Keeps how much was uploaded. Where it cannot be written, that is logged: the upload stands. */
  readonly keepUpload: (key: UploadKey, summary: Pick<SyncSummary, "published" | "coverage">) => Effect.Effect<void>
  /** When the newest sync of this connector and tenant that was uploaded had ended, in milliseconds since the epoch. */
  readonly lastUploadedAt: (key: Omit<UploadKey, "request">) => Effect.Effect<number | undefined>
}

const Counts = Schema.Record(Schema.String, Schema.Int)
const UploadRecord = Schema.Struct({
  connector: Schema.String,
  tenant: Schema.String,
  request: Schema.String,
  endedAt: Schema.String,
  counts: Schema.Struct({ resources: Counts, grants: Counts }),
  complete: Schema.Array(Schema.String),
})
const decodeRecord = Schema.decodeUnknownOption(Schema.fromJsonString(UploadRecord))

/** Where records are kept, each a text under a name. */
export interface RecordTexts {
  /** As people know it: the folder, or `the database`. */
  readonly place: string
  readonly read: (name: string) => Effect.Effect<string | undefined>
  /** Where it cannot be kept, that is logged. */
  readonly write: (name: string, text: string) => Effect.Effect<void>
  readonly all: Effect.Effect<ReadonlyArray<string>>
}

/** Where the records of uploads are kept; in the work folder by default. */
export const UploadTexts = Context.Reference<RecordTexts | undefined>("@rollcall/c1z/UploadTexts", {
  defaultValue: () => undefined,
})

/** The records that are kept there. */
export const uploadRecords = ({ place, read, write, all }: RecordTexts): UploadRecords => ({
  lastUpload: (key) =>
    Effect.flatMap(read(nameOf(key)), (text) => {
      if (text === undefined) return Effect.succeed(undefined)
      const record = Option.getOrUndefined(decodeRecord(text))
      return record === undefined
        ? Effect.as(
            Effect.logWarning(`${nameOf(key)} in ${place} cannot be read, so there is no last upload to compare with.`),
            undefined,
          )
        : Effect.succeed(record)
    }),

  keepUpload: (key, { published, coverage }) => {
    const { resources, grants } = published.counts
    const record: typeof UploadRecord.Type = {
      ...namesOf(key),
      endedAt: new Date(published.endedAt).toISOString(),
      counts: { resources, grants },
      complete: coverage.filter((it) => it.state === "complete").map((it) => it.resourceType),
    }
    return write(nameOf(key), `${JSON.stringify(record)}\n`)
  },

  lastUploadedAt: ({ connector, tenant }) =>
    Effect.map(all, (texts) => {
      const times = texts
        .flatMap((text) => Option.toArray(decodeRecord(text)))
        .filter((record) => record.connector === connector && record.tenant === tenant.id)
        .map(({ endedAt }) => Date.parse(endedAt))
        .filter((time) => !Number.isNaN(time))
      return times.length === 0 ? undefined : Math.max(...times)
    }),
})

/** As files in this folder. */
export const textsIn = (root: string): RecordTexts => ({
  place: root,
  read: (name) => Effect.sync(() => readText(join(root, name))),
  write: (name, text) =>
    Effect.try({
      try: () => {
        const path = join(root, name)
        writeFileSync(`${path}.new`, text, { mode: 0o600 })
        renameSync(`${path}.new`, path)
      },
      catch: systemCodeOf,
    }).pipe(
      Effect.catch((code) =>
        Effect.logWarning(
          `How much was uploaded could not be kept in ${root} (${code}): the next sync is not compared.`,
        ),
      ),
    ),
  all: Effect.sync(() =>
    namesIn(root)
      .filter((name) => /^upload-[\da-f]{16}\.json$/u.test(name))
      .flatMap((name) => readText(join(root, name)) ?? []),
  ),
})

const namesOf = ({ connector, tenant, request }: UploadKey) => ({
  connector,
  tenant: tenant.id,
  request: requestKey(request),
})

const nameOf = (key: UploadKey): string => {
  const hash = sha256()
    .update(JSON.stringify(namesOf(key)))
    .digest("hex")
    .slice(0, 16)
  return `upload-${hash}.json`
}

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The text of a file; `undefined` where there is none, and nothing where it cannot be read. */
const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8")
  } catch (cause) {
    return systemCodeOf(cause) === "ENOENT" ? undefined : ""
  }
}
