// What the beginning of a file tells: what it is, and which syncs it holds. It loads nothing that decodes records, which takes longer than
// all that is done here.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { C1zFileOptions } from "./C1zFile.ts"
import { decodeBeginning, defaultDecodedLimit } from "./envelope/decode.ts"
import { readFormat } from "./envelope/format.ts"
import type { Manifest } from "./envelope/manifest.ts"
import { LeadingTables } from "./reader/LeadingTables.ts"
import { reading } from "./reader/readFailure.ts"

/** What the head of a file tells. */
export type FileDescription = { readonly format: "empty" | "v1" } | ({ readonly format: "v3" } & Manifest)

/** Says what a file is, v3 files included, from its head alone. */
export const describeFile = Effect.fn("C1zFile.describe")(function* (
  path: string,
): Effect.fn.Return<FileDescription, StoreError> {
  const format = yield* readFormat(path)
  return format === "v3" ? { format, ...(yield* manifestOf(path)) } : { format }
})

/** The manifest of a v3 file. */
export const manifestOf = Effect.fnUntraced(function* (path: string): Effect.fn.Return<Manifest, StoreError> {
  const { readManifest } = yield* Effect.promise(() => import("./envelope/manifest.ts"))
  return yield* readManifest(path)
})

/**
 * What the first pages of a v1 file tell, without unpacking the rest, for as long as the scope lives. `undefined` where they do not
 * tell it, as in the files of other programs and in small ones: then the file has to be opened.
 */
export const leadingTablesOf = Effect.fn("C1zFile.leading")(function* (
  path: string,
  options: Pick<C1zFileOptions, "decodedLimit" | "tempDirectory"> = {},
): Effect.fn.Return<LeadingTables | undefined, StoreError, Scope.Scope> {
  const directory = yield* privateDirectory(path, options.tempDirectory ?? tmpdir())
  const copy = join(directory, "db")
  const pages = yield* decodeBeginning(path, copy, options.decodedLimit ?? defaultDecodedLimit)
  if (pages === undefined) return undefined
  return yield* Effect.catchIf(
    LeadingTables.open(path, copy, pages),
    (error) => error.reason === "Unreadable",
    () => Effect.succeed(undefined),
  )
})

/** A folder for unpacked copies. `mkdtemp` makes it with mode 0700, so they are nobody else's to read. */
export const privateDirectory = (path: string, parent: string): Effect.Effect<string, StoreError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.mapError(
      reading(parent, () => mkdtempSync(join(parent, "rollcall-"))),
      (failure) =>
        new StoreError({
          reason: failure.reason === "DiskFull" ? "DiskFull" : "NoPermission",
          message: `${path} cannot be unpacked: no folder can be made in ${parent}.`,
          hint: "Point TMPDIR to a folder with space in which this user may write.",
          cause: failure,
        }),
    ),
    (directory) => Effect.sync(() => remove(directory)),
  )

/** Removes such a folder. */
export const remove = (directory: string): void => rmSync(directory, { recursive: true, force: true })
