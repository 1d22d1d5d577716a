// How much was uploaded last, by tenant and request, so that a sync which suddenly shows far less is held back: the file
// itself is removed once it is uploaded.
import { createHash } from "node:crypto"
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ComparedSync, SyncRequest, SyncSource, SyncSummary } from "@rollcall/connector"
import { requestKey, systemCodeOf } from "@rollcall/connector"
import { Effect, Option, Schema } from "effect"

/** What was uploaded: whose data, and what was asked for. */
export interface Upload {
  readonly connector: string
  readonly tenant: Pick<SyncSource["tenant"], "id">
  readonly request: SyncRequest
}

const Counts = Schema.Record(Schema.String, Schema.Int)
const Kept = Schema.Struct({
  connector: Schema.String,
  tenant: Schema.String,
  request: Schema.String,
  endedAt: Schema.String,
  counts: Schema.Struct({ resources: Counts, grants: Counts }),
  complete: Schema.Array(Schema.String),
})
const decodeKept = Schema.decodeUnknownOption(Schema.fromJsonString(Kept))

/** How much the last upload of this kind had; `undefined` where none is known. One that cannot be read is logged. */
export const readLastUpload = (root: string, upload: Upload): Effect.Effect<ComparedSync | undefined> =>
  Effect.suspend(() => {
    const path = pathOf(root, upload)
    const text = readOr(path)
    if (text === undefined) return Effect.succeed(undefined)
    const kept = Option.getOrUndefined(decodeKept(text))
    return kept === undefined
      ? Effect.as(Effect.logWarning(`${path} cannot be read, so there is no last upload to compare with.`), undefined)
      : Effect.succeed(kept)
  })

/** Keeps how much was uploaded. Where it cannot be written, that is logged: the upload stands. */
export const keepLastUpload = (
  root: string,
  upload: Upload,
  { published, coverage }: Pick<SyncSummary, "published" | "coverage">,
): Effect.Effect<void> =>
  Effect.try({
    try: () => {
      const path = pathOf(root, upload)
      const { resources, grants } = published.counts
      const kept: typeof Kept.Type = {
        ...namesOf(upload),
        endedAt: new Date(published.endedAt).toISOString(),
        counts: { resources, grants },
        complete: coverage.filter((it) => it.state === "complete").map((it) => it.resourceType),
      }
      writeFileSync(`${path}.new`, `${JSON.stringify(kept)}\n`, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
    catch: systemCodeOf,
  }).pipe(
    Effect.catch((code) =>
      Effect.logWarning(`How much was uploaded could not be kept in ${root} (${code}): the next sync is not compared.`),
    ),
  )

const namesOf = ({ connector, tenant, request }: Upload) => ({
  connector,
  tenant: tenant.id,
  request: requestKey(request),
})

const pathOf = (root: string, upload: Upload): string => {
  const key = createHash("sha256")
    .update(JSON.stringify(namesOf(upload)))
    .digest("hex")
    .slice(0, 16)
  return join(root, `upload-${key}.json`)
}

/** The text of a file; `undefined` where there is none, and nothing where it cannot be read. */
const readOr = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8")
  } catch (cause) {
    return systemCodeOf(cause) === "ENOENT" ? undefined : ""
  }
}
