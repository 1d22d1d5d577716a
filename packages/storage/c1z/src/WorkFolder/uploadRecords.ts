// How much was uploaded last, by tenant and request, so that a sync which suddenly shows far less is held back, and so that
// the age of the data is known after a restart: the file itself is removed once it is uploaded.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ComparedSync, SyncRequest, SyncSource, SyncSummary } from "@rollcall/connector"
import { requestKey, systemCodeOf } from "@rollcall/connector"
import { Effect, Option, Schema } from "effect"
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

/** The records in the work folder at this path. */
export const uploadRecords = (root: string): UploadRecords => ({
  lastUpload: (key) =>
    Effect.suspend(() => {
      const path = pathOf(root, key)
      const text = readText(path)
      if (text === undefined) return Effect.succeed(undefined)
      const record = Option.getOrUndefined(decodeRecord(text))
      return record === undefined
        ? Effect.as(Effect.logWarning(`${path} cannot be read, so there is no last upload to compare with.`), undefined)
        : Effect.succeed(record)
    }),

  keepUpload: (key, { published, coverage }) =>
    Effect.try({
      try: () => {
        const path = pathOf(root, key)
        const { resources, grants } = published.counts
        const record: typeof UploadRecord.Type = {
          ...namesOf(key),
          endedAt: new Date(published.endedAt).toISOString(),
          counts: { resources, grants },
          complete: coverage.filter((it) => it.state === "complete").map((it) => it.resourceType),
        }
        writeFileSync(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 })
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

  lastUploadedAt: ({ connector, tenant }) =>
    Effect.sync(() => {
      const times = namesIn(root)
        .filter((name) => /^upload-[\da-f]{16}\.json$/u.test(name))
        .flatMap((name) => Option.toArray(decodeRecord(readText(join(root, name)))))
        .filter((record) => record.connector === connector && record.tenant === tenant.id)
        .map(({ endedAt }) => Date.parse(endedAt))
        .filter((time) => !Number.isNaN(time))
      return times.length === 0 ? undefined : Math.max(...times)
    }),
})

const namesOf = ({ connector, tenant, request }: UploadKey) => ({
  connector,
  tenant: tenant.id,
  request: requestKey(request),
})

const pathOf = (root: string, key: UploadKey): string => {
  const hash = sha256()
    .update(JSON.stringify(namesOf(key)))
    .digest("hex")
    .slice(0, 16)
  return join(root, `upload-${hash}.json`)
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
