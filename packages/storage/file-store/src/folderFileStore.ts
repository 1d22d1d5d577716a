// Published files in a folder: of one machine, or on a file system that replicas share, such as NFS. A name is taken by link(2), which is
// atomic there too, and of two writers fails for one.
import type { StoreError } from "@rollcall/connector"
import { systemCodeOf } from "@rollcall/connector"
import { Clock, Effect, Layer } from "effect"
import { constants } from "node:fs"
import { copyFile, link, mkdir, readdir, rm, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { abortable, copyBytes, madeAside, removeLeftovers, replace, toDisk } from "./aside.ts"
import { fileFailure, folderFailure, localFailure, noHardLinks } from "./failures.ts"
import { badName, FileStore, isName } from "./FileStore.ts"

/** Where files are while they are written. Others do not get in, whatever the mode of the folder above. */
const aside = ".incoming"

/**
 * Published files in a folder, which must exist: one that is made here in place of a volume that is not mounted would lose them. The file
 * system must have hard links. Files are for this user alone (0600).
 */
export const folderFileStore = (folder: string): Layer.Layer<FileStore> => {
  const root = resolve(folder)
  const incoming = join(root, aside)
  const at = (name: string): string => join(root, name)

  const run = <A>(
    name: string,
    work: (signal: AbortSignal) => Promise<A>,
    failure: (cause: unknown) => StoreError = (cause) => fileFailure(root, name, cause),
  ): Effect.Effect<A, StoreError> =>
    abortable(async (signal) => {
      await stat(`${root}/`).catch((cause: unknown) => Promise.reject(folderFailure(root, cause)))
      return work(signal)
    }, failure)

  /** Makes the folders that a name is in. */
  const prepare = async (name: string, now: number): Promise<void> => {
    await mkdir(incoming, { mode: 0o700 }).catch(unless("EEXIST"))
    await removeLeftovers(incoming, now)
    let place = root
    for (const part of name.split("/").slice(0, -1)) {
      const above = place
      place = join(place, part)
      await mkdir(place, { mode: 0o700 }).then(() => toDisk(above), unless("EEXIST"))
    }
  }

  const put = Effect.fn("FileStore.put")(function* (name: string, path: string) {
    if (!isName(name)) return yield* badName(name)
    const now = yield* Clock.currentTimeMillis
    const write = (signal: AbortSignal) => (temporary: string) =>
      copyBytes(path, temporary, { signal, readFailure: (cause) => localFailure(path, cause) })
    yield* run(name, async (signal) => {
      await prepare(name, now)
      await madeAside(incoming, write(signal), (temporary) => takeName(root, temporary, at(name)))
    })
  })

  const get = Effect.fn("FileStore.get")(function* (name: string, path: string) {
    if (!isName(name)) return yield* badName(name)
    const local = resolve(path)
    const write = (signal: AbortSignal) => (temporary: string) =>
      copyBytes(at(name), temporary, { signal, readFailure: (cause) => fileFailure(root, name, cause) })
    yield* run(
      name,
      (signal) => madeAside(dirname(local), write(signal), (temporary) => replace(temporary, local)),
      (cause) => localFailure(path, cause),
    )
  })

  const show = Effect.fn("FileStore.show")(function* (plain: string, name: string) {
    for (const it of [plain, name]) if (!isName(it)) return yield* badName(it)
    const now = yield* Clock.currentTimeMillis
    yield* run(name, async () => {
      await prepare(plain, now)
      await madeAside(
        incoming,
        // A copy and not a link: who writes to the plain name must not change the file. A file system that can shares their blocks.
        (temporary) => copyFile(at(name), temporary, constants.COPYFILE_FICLONE),
        (temporary) => replace(temporary, at(plain)),
      )
    })
  })

  const remove = Effect.fn("FileStore.remove")(function* (name: string) {
    if (!isName(name)) return yield* badName(name)
    yield* run(name, async () => {
      await rm(at(name), { force: true })
      await toDisk(dirname(at(name))).catch(unless("ENOENT"))
    })
  })

  const names = Effect.fn("FileStore.names")((prefix: string) => run(prefix, () => namesBelow(root, prefix)))

  return Layer.succeed(FileStore, { put, get, show, names, remove })
}

const unless =
  (code: string) =>
  (cause: unknown): Promise<void> =>
    systemCodeOf(cause) === code ? Promise.resolve() : Promise.reject(cause)

const withoutLinks: ReadonlyArray<string> = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]

const takeName = async (root: string, temporary: string, path: string): Promise<void> => {
  try {
    await link(temporary, path)
  } catch (cause) {
    if (withoutLinks.includes(systemCodeOf(cause))) throw noHardLinks(root, cause)
    // Over NFS the reply to a call that succeeded may be lost, and the call be sent again: then the file has two names
    // (https://man7.org/linux/man-pages/man2/open.2.html, at O_EXCL).
    if ((await stat(temporary)).nlink !== 2) throw cause
  }
  await toDisk(dirname(path))
}

const namesBelow = async (root: string, prefix: string): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  const visit = async (below: string): Promise<void> => {
    // A folder that is removed meanwhile has none.
    for (const entry of (await readdir(join(root, below), { withFileTypes: true }).catch(unless("ENOENT"))) ?? []) {
      const name = `${below}${entry.name}`
      if (entry.isFile() && isName(name) && name.startsWith(prefix)) found.push(name)
      const inside = `${name}/`
      const leads = inside.startsWith(prefix) || prefix.startsWith(inside)
      if (entry.isDirectory() && isName(name) && leads) await visit(inside)
    }
  }
  await visit("")
  return found.toSorted()
}
