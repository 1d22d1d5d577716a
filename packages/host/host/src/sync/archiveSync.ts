// A dated copy of a published sync in the archive, with a summary of what it holds and of what changed since the copy before.
import { Incomparable, compareFiles, openAccess } from "@rollcall/access"
import type { KnownMeanings } from "@rollcall/access"
import type { ArchiveSummary, Copied, Retention } from "@rollcall/archive"
import { addToArchive, listArchive, pruneArchive } from "@rollcall/archive"
import type { Settings } from "@rollcall/config"
import type { SyncSummary } from "@rollcall/connector"
import { CurrentConnection, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { archiveFields } from "../syncSettings.ts"

/** How a sync is archived. */
export interface ArchiveOptions {
  readonly retention: Retention | "all"
  readonly meanings?: ReadonlyArray<KnownMeanings> | undefined
  readonly tempDirectory?: string | undefined
}

/** What is archived: a published sync and its file. */
export interface ArchivableSync {
  readonly summary: Pick<SyncSummary, "tenant" | "kind" | "published">
  readonly file: string
}

/**
 * Adds a copy of what was just published, and removes those that the retention does not keep. Without `archive` in the settings it
 * does nothing. It succeeds with the path of the copy.
 */
export const archiveSync = Effect.fn("Sync.archive")(function* (
  { archive }: Pick<Settings<typeof archiveFields>, "archive">,
  { summary: { tenant, kind, published }, file }: ArchivableSync,
  { retention, meanings, tempDirectory }: ArchiveOptions,
): Effect.fn.Return<string | undefined, StoreError> {
  if (archive === undefined) return undefined
  const readOptions = { meanings, tempDirectory, decodedLimit: Number.POSITIVE_INFINITY }
  const connection = yield* CurrentConnection
  const copies = yield* listArchive(archive)
  const before = copies.findLast((copy) => copy.type === "full" && copy.summary?.workspace.id === tenant.id)
  const summarize = Effect.fnUntraced(function* (copied: Copied): Effect.fn.Return<ArchiveSummary, StoreError> {
    const described = yield* describe(copied, published.syncId, kind, readOptions)
    const changes =
      described.sync.type === "full" && before !== undefined
        ? yield* changesSince(before, { file: copied.path, sync: published.syncId }, readOptions)
        : null
    return { ...described, ...(connection === undefined ? {} : { connection: connection.name }), changes }
  })
  const path = yield* addToArchive(archive, file, tenant.id, summarize)
  yield* pruneArchive(archive, tenant.id, retention)
  return path
})

type ReadOptions = Omit<Parameters<typeof compareFiles>[2] & object, "privileged">

/** What the copy holds; it fails where another run has replaced the file since. */
const describe = Effect.fnUntraced(
  function* ({ path, sha256, size }: Copied, syncId: string, kind: SyncSummary["kind"], options: ReadOptions) {
    const access = yield* openAccess(path, { ...options, syncId })
    const { sync } = access
    if (sync?.source === undefined || sync.endedAt === undefined) return yield* replacedSince
    const { id, startedAt, endedAt, source } = sync
    const gaps = (yield* access.coverage).flatMap((it) => it.gaps)
    // Files for ConductorOne have a sync that it narrowed as a full one.
    const narrowed = kind === "partial" ? "partial" : sync.type
    const type = gaps.some(({ reason }) => reason === "quick") ? "quick" : narrowed
    const {
      resourcesByResourceType: resources,
      entitlementsByResourceType,
      grantsByResourceType,
    } = yield* access.counts
    return {
      sync: { id, type, startedAt, endedAt },
      workspace: { id: source.tenant.id, name: source.tenant.displayName, connector: source.connector },
      sha256,
      size,
      counts: { resources, entitlements: entitlementsByResourceType ?? {}, grants: grantsByResourceType ?? {} },
      gaps,
    }
  },
  Effect.catchTag("UnknownName", () => replacedSince),
  Effect.scoped,
)

const replacedSince: Effect.Effect<never, StoreError> = Effect.fail(
  new StoreError({
    reason: "CannotWrite",
    message: "The sync could not be archived: another run has replaced its file.",
    hint: "The next sync is archived again.",
  }),
)

/** How much changed. What cannot be compared, such as a copy that was damaged, is no reason not to keep another. */
const changesSince = (
  before: { readonly file: string; readonly id: string },
  after: { readonly file: string; readonly sync: string },
  options: ReadOptions,
): Effect.Effect<ArchiveSummary["changes"]> =>
  compareFiles({ file: before.file, sync: before.id }, after, options).pipe(
    Effect.map(({ counts, unknown }) => ({
      since: before.id,
      counts,
      unknown: unknown.filter(({ expected }) => !expected).length,
    })),
    Effect.scoped,
    Effect.catch((error) =>
      Effect.as(
        Effect.logWarning(
          `What changed since the copy ${before.file} is not known. ${error instanceof Incomparable ? error.message : `${error.message} ${error.hint}`}`,
        ),
        null,
      ),
    ),
  )
