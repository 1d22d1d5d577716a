// Secrets as files of a folder, one in each, for this user alone: the folder is 0700 and its files are 0600. For one worker: several share
// a database.
import { StoreError, storeReasonOf, systemCodeOf } from "@rollcall/connector"
import { Effect, Layer, Redacted, Semaphore } from "effect"
import { constants } from "node:fs"
import { chmod, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import type { KeptSecret, SecretName } from "./SecretStore.ts"
import { SecretStore } from "./SecretStore.ts"

/** Neither has a dot, which stands between them in the name of a file. */
const part = /^[a-z0-9-]{1,100}$/u

/** A token is a line; a file that is larger is none of ours. */
const mostBytes = 65_536

/** The store in this folder, which is made with the first secret. */
export const secretStoreFolder = (folder: string): Layer.Layer<SecretStore> =>
  Layer.sync(SecretStore, () => {
    const turns = Semaphore.makeUnsafe(1)
    const attempt = <A>(work: () => Promise<A>) =>
      turns.withPermit(Effect.tryPromise({ try: work, catch: (cause) => failureOf(folder, cause) }))
    const fileOf = ({ connection, setting }: SecretName) => {
      if (!part.test(connection) || !part.test(setting))
        throw new Error("Such a name is none of a connection or a setting.")
      return `${connection}.${setting}`
    }
    /** Those whose names begin so, finished or not. */
    const removeFiles = async (beginning: string) => {
      for (const name of await namesIn(folder)) {
        if ([beginning, unfinished(beginning)].some((one) => name.startsWith(one)))
          await rm(join(folder, name), { force: true })
      }
    }

    return SecretStore.of({
      put: (name, value) =>
        attempt(async () => {
          const file = fileOf(name)
          await mkdir(folder, { recursive: true, mode: 0o700 })
          await chmod(folder, 0o700)
          await replaceFile(folder, file, Redacted.value(value))
        }),
      get: (name) => attempt(() => readIfThere(join(folder, fileOf(name)))),
      remove: (name) =>
        attempt(async () => {
          const file = fileOf(name)
          for (const one of [file, unfinished(file)]) await rm(join(folder, one), { force: true })
        }),
      removeAll: (connection) => attempt(() => removeFiles(`${connection}.`)),
      all: attempt(async () => {
        const names = (await namesIn(folder)).filter((name) => name.split(".").every((text) => part.test(text)))
        // By the connection first: a space comes before all that a name has.
        const inOrder = names.toSorted((a, b) => (a.replace(".", " ") < b.replace(".", " ") ? -1 : 1))
        const found = await Promise.all(inOrder.map((name) => keptAs(folder, name)))
        return found.filter((one) => one !== undefined)
      }),
    })
  })

const namesIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (systemCodeOf(cause) === "ENOENT") return []
    throw cause
  }
}

const keptAs = async (folder: string, name: string): Promise<KeptSecret | undefined> => {
  const [connection, setting] = name.split(".")
  if (connection === undefined || setting === undefined) return undefined
  // Each write makes a file, so a secret that was put again has another inode than the one before.
  const { ino, mtimeMs } = await stat(join(folder, name))
  return { connection, setting, version: `${ino}:${mtimeMs}` }
}

/** Where a secret is written before it takes its place. */
const unfinished = (file: string): string => `.new-${file}`

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants

const replaceFile = async (folder: string, file: string, text: string): Promise<void> => {
  const staged = join(folder, unfinished(file))
  const handle = await open(staged, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(staged, join(folder, file))
  const opened = await open(folder, O_RDONLY)
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

const readIfThere = async (path: string): Promise<Redacted.Redacted | undefined> => {
  try {
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const stats = await handle.stat()
      if (!stats.isFile() || stats.size > mostBytes) throw new Error("It is no file of a secret.")
      return Redacted.make(await handle.readFile("utf8"))
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (systemCodeOf(cause) === "ENOENT") return undefined
    throw cause
  }
}

const failureOf = (folder: string, cause: unknown): StoreError => {
  const reason = storeReasonOf(cause)
  const message = `The folder of secrets ${folder} cannot be used${reason === "NoPermission" ? ": permission is denied" : reason === "DiskFull" ? ": the disk is full" : ""}.`
  const hint = "Check the disk, let this user alone read and write the folder, or name another with BATON_C1Z_TEMP_DIR."
  return new StoreError({ reason, message, hint, cause })
}
