// One line at the end of a log that is open. It is on the disk when this succeeds.
import type { FileHandle } from "node:fs/promises"
import { Effect } from "effect"
import { attempt, logFailure } from "./logFailure.ts"

/** What is done with the file. */
export type OpenLog = Pick<FileHandle, "stat" | "read" | "write" | "sync">

/** Appends the line to the log at this path; tells whether it is the first. */
export const appendLine = Effect.fnUntraced(function* (path: string, file: OpenLog, line: string) {
  const stats = yield* attempt(path, () => file.stat())
  if (!stats.isFile()) return yield* logFailure("NotAFile", path)

  // A line that a crash or a full disk truncated stays as it is, on a line of its own.
  const isCut = stats.size > 0 && !(yield* attempt(path, () => endsLine(file, stats.size)))
  const bytes = Buffer.from(isCut ? `\n${line}` : line)
  // One write, since the system keeps those of two processes apart.
  const { bytesWritten } = yield* attempt(path, () => file.write(bytes))
  if (bytesWritten < bytes.length) return yield* logFailure("DiskFull", path)

  yield* attempt(path, () => file.sync())
  return { isFirst: stats.size === 0 }
})

const endsLine = async (file: OpenLog, size: number): Promise<boolean> => {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString() === "\n"
}
