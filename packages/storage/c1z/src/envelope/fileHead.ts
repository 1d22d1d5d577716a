// What a file is, known from its first bytes.
import { constants } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import { open } from "node:fs/promises"
import { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { readFailure, unreadable } from "../reader/readFailure.ts"

/** How many bytes at the beginning of a file name its format. */
export const magicLength = 5

/** `C1ZF\0`: SQLite in one zstd frame. The format that is written and read here. */
export const v1Magic: Uint8Array = Uint8Array.of(0x43, 0x31, 0x5a, 0x46, 0x00)

/** `C1Z3\0`: a manifest and a Pebble database. It is recognised and not read. */
const v3Magic: Uint8Array = Uint8Array.of(0x43, 0x31, 0x5a, 0x33, 0x00)

/** The formats that are told apart. An empty file is an empty store. */
export type FileFormat = "empty" | "v1" | "v3"

/** Tells a file's format. Only plain files are opened: a pipe or a device could keep a reader waiting for ever. */
export const readFormat = (path: string): Effect.Effect<FileFormat, StoreError> =>
  withFile(path, async (file) => {
    const magic = await readBytes(file, 0, magicLength)
    if (magic.length === 0) return "empty"
    if (equal(magic, v1Magic)) return "v1"
    if (equal(magic, v3Magic)) return "v3"
    throw unreadable(path, "it does not begin as a .c1z file does")
  })

/** Reads with a handle on a plain file that is closed afterwards. */
export const withFile = <A>(path: string, read: (file: FileHandle) => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({
    try: async () => {
      // Without this flag, opening a named pipe waits for somebody to write to it.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        if (!(await file.stat()).isFile()) throw notAFile(path)
        return await read(file)
      } finally {
        await file.close()
      }
    },
    catch: (cause) => readFailure(path, cause),
  })

/** So many bytes from a position, or fewer where the file ends. */
export const readBytes = async (file: FileHandle, position: number, length: number): Promise<Uint8Array> => {
  const { bytesRead, buffer } = await file.read({ buffer: new Uint8Array(length), position })
  return buffer.subarray(0, bytesRead)
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])

const notAFile = (path: string): StoreError =>
  new StoreError({
    reason: "NotAFile",
    message: `${path} cannot be read: it is not a file.`,
    hint: "Name a file, such as sync.c1z.",
  })
