// `deploy/image/image.lock`: the Debian packages whose files the image takes, by version and hash.
import { Schema } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "../Release.ts"
import type { Architecture } from "./architectures.ts"

/** A package for one processor. */
const LockedPackage = Schema.Struct({
  name: Schema.NonEmptyString,
  version: Schema.NonEmptyString,
  /** Of the `.deb`, 64 hex digits. */
  sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/u)),
  /** Where it stands below the root of any mirror of Debian, or of its snapshots. */
  file: Schema.String.check(Schema.isPattern(/^pool\/\S+\.deb$/u)),
})

export interface LockedPackage extends Schema.Schema.Type<typeof LockedPackage> {}

const ImageLock = Schema.Struct({
  packages: Schema.Struct({ amd64: Schema.Array(LockedPackage), arm64: Schema.Array(LockedPackage) }),
})

export interface ImageLock extends Schema.Schema.Type<typeof ImageLock> {}

const gccRuntime = "GPL-3.0-or-later WITH GCC-exception-3.1"

/**
 * The packages whose files may go in, with the licence of what is taken, as an SPDX expression: the libraries that Node needs, and what has
 * their licences and says which Debian they are from.
 */
export const packageLicences: Readonly<Record<string, string>> = {
  "base-files": "GPL-2.0-or-later",
  "gcc-12-base": gccRuntime,
  libatomic1: gccRuntime,
  libc6: "LGPL-2.1-or-later",
  "libgcc-s1": gccRuntime,
  "libstdc++6": gccRuntime,
}

const lockFile = join(repository, "deploy/image/image.lock")

/** Reads the lock. Throws where it is none; the message says what is wrong. */
export const readLock = (path = lockFile): ImageLock =>
  Schema.decodeUnknownSync(ImageLock)(JSON.parse(readFileSync(path, "utf8")), { onExcessProperty: "error" })

export const writeLock = (lock: ImageLock, path = lockFile): void =>
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)

/** What differs between two locks, a line for each package, for whoever renews one. */
export const changesOf = (before: ImageLock, after: ImageLock): ReadonlyArray<string> =>
  (["amd64", "arm64"] as const satisfies ReadonlyArray<Architecture["name"]>).flatMap((architecture) =>
    after.packages[architecture].flatMap(({ name, version, sha256 }) => {
      const old = before.packages[architecture].find((it) => it.name === name)
      return old?.sha256 === sha256 ? [] : [`${name} ${architecture}: ${old?.version ?? "none"} → ${version}`]
    }),
  )
