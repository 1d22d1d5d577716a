// Published files, so that each replica of a worker and people find them. A file is stored under a name that is used once, so a replica
// that was replaced and does not know it yet cannot overwrite what its successor has published.
import { StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import { Context } from "effect"

/** Where published files are kept: whole, under names that are used once, and beside them plain names that show the newest. */
export class FileStore extends Context.Service<
  FileStore,
  {
    /**
     * Stores a local file under this name, atomically. A name is used once: if it is taken, this fails with `Exists`, and what is there
     * stays. A name is letters, digits, `.`, `_` and `-`, in parts with `/` between them, none of which begins with a dot.
     */
    readonly put: (name: string, path: string) => Effect.Effect<void, StoreError>
    /** Brings the file to this local path (0600), atomically; fails with `NotFound` if there is no such file. */
    readonly get: (name: string, path: string) => Effect.Effect<void, StoreError>
    /**
     * The plain name shows this file from now on, and is replaced atomically; fails with `NotFound` if there is no such file. Of two
     * calls at once the one that ends last wins: whoever calls it reads afterwards what should be shown, and calls it again if that changed.
     */
    readonly show: (plain: string, name: string) => Effect.Effect<void, StoreError>
    /** The names that begin with these letters, plain ones among them, in order. */
    readonly names: (prefix: string) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** Removes a file, or a plain name; succeeds if there is none. Its name is free afterwards, and should not be used again. */
    readonly remove: (name: string) => Effect.Effect<void, StoreError>
  }
>()("@rollcall/file-store/FileStore") {}

/** An object's key in S3 has 1,024 bytes, its prefix among them (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html). */
const longestName = 500

/** A file system's names have 255 bytes. */
const longestPart = 200

const part = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/u

/** Whether a name can be used in every store, and leads nowhere else. */
export const isName = (name: string): boolean =>
  name.length <= longestName && name.split("/").every((it) => it.length <= longestPart && part.test(it))

/** A name that no file can have; `NotAFile`, as it is the caller's mistake and nothing was tried. */
export const badName = (name: string): StoreError =>
  new StoreError({
    reason: "NotAFile",
    message: `${JSON.stringify(name.slice(0, 100))} cannot be the name of a published file.`,
    hint: "Use letters, digits, dots, hyphens and underscores, in parts with / between them that do not begin with a dot.",
  })
