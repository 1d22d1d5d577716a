// Local files that are there whole or not at all: written under another name, on the disk, and then given their own.
import type { StoreError } from "@rollcall/connector"
import { Effect, Exit } from "effect"
import { randomUUID } from "node:crypto"
import { constants } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import { open, readdir, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"

/** Runs work that stops by a signal; an interruption waits until it has stopped, so that it leaves nothing behind. */
export const abortable = <A>(
  work: (signal: AbortSignal) => Promise<A>,
  failure: (cause: unknown) => StoreError,
): Effect.Effect<A, StoreError> =>
  Effect.callback((resume) => {
    const controller = new AbortController()
    const ended = work(controller.signal).then(
      (value) => resume(Exit.succeed(value)),
      (cause: unknown) => resume(Exit.fail(failure(cause))),
    )
    return Effect.promise(() => {
      controller.abort()
      return ended
    })
  })

/** The ending of files that are being written. */
const temporaryEnding = ".tmp"

/**
 * Makes a file (0600) in a folder, lets it be written, puts it on the disk, and lets it be given its name, by `rename` or `link`. What is
 * left of it under the temporary name is removed, however this ends.
 */
export const madeAside = async (
  folder: string,
  write: (temporary: string) => Promise<void>,
  give: (temporary: string) => Promise<void>,
): Promise<void> => {
  const temporary = join(folder, `.${randomUUID()}${temporaryEnding}`)
  try {
    await (await open(temporary, "wx", 0o600)).close()
    await write(temporary)
    await toDisk(temporary)
    await give(temporary)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** With streams of Node's, buffers of all that has passed pile up until they are collected; here one is used over and over. */
const bufferBytes = 1024 * 1024

/**
 * The bytes of a file from its beginning, each time in the same memory: to be used before the next are asked for. Fails if it is no file.
 */
async function* bytesOf(file: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bufferBytes)
  for (let at = 0; ;) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, bufferBytes, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Begins a SHA-256. An `import` of what makes it reads all that it has. */
export const sha256 = () => process.getBuiltinModule("node:crypto").createHash("sha256")

/** The SHA-256 and the size of a file. */
export const sha256Of = async (
  path: string,
  signal: AbortSignal,
): Promise<{ readonly sha256: Uint8Array; readonly size: number }> => {
  const file = await openFile(path)
  const hash = sha256()
  let size = 0
  try {
    for await (const bytes of bytesOf(file, signal)) {
      hash.update(bytes)
      size += bytes.length
    }
    return { sha256: hash.digest(), size }
  } finally {
    await file.close()
  }
}

/** Writes one file's bytes into another, which exists. What reading the first fails with is told apart. */
export const copyBytes = async (
  from: string,
  to: string,
  { signal, readFailure }: { readonly signal: AbortSignal; readonly readFailure: (cause: unknown) => unknown },
): Promise<void> => {
  const failing = (cause: unknown) => Promise.reject(readFailure(cause))
  const source = await openFile(from).catch(failing)
  const target = await open(to, "r+")
  try {
    const bytes = bytesOf(source, signal)
    for (;;) {
      const { done, value } = await bytes.next().catch(failing)
      if (done === true) return
      await target.writeFile(value)
    }
  } finally {
    await source.close()
    await target.close()
  }
}

/** Opens a file to read it, and nothing that is not one: a pipe would be waited for. */
export const openFile = async (path: string): Promise<FileHandle> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const about = await file.stat()
  if (about.isFile()) return file
  await file.close()
  throw Object.assign(new Error("It is not a file."), { code: about.isDirectory() ? "EISDIR" : "ENXIO" })
}

/** Gives the file its name, in place of one that has it. */
export const replace = async (temporary: string, path: string): Promise<void> => {
  await rename(temporary, path)
  await toDisk(dirname(path))
}

/** Puts a file, or the names in a folder, on the disk. */
export const toDisk = async (path: string): Promise<void> => {
  const opened = await open(path, constants.O_RDONLY)
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

/** Files that nothing was written to for so long were left by a process that died. */
const leftoverAfterMillis = 3_600_000

/** Removes what processes left in a folder that died while they wrote. */
export const removeLeftovers = async (folder: string, now: number): Promise<void> => {
  for (const name of (await readdir(folder)).filter((it) => it.endsWith(temporaryEnding))) {
    const path = join(folder, name)
    // Another process may remove it first.
    const written = await stat(path).catch(() => undefined)
    if (written !== undefined && now - written.mtimeMs > leftoverAfterMillis) await rm(path, { force: true })
  }
}
