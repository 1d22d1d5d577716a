// The log of a campaign: lines of JSON, each with the SHA-256 of the line before it. A line is appended whole or not at all, and
// nothing is ever changed: a correction is a new line. Its last hash, the head, therefore stands for all that happened.
import { createHash } from "node:crypto"
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import { Effect, Schema } from "effect"
import { CampaignEvent } from "./CampaignEvent.ts"
import type { ReviewError } from "./ReviewError.ts"
import { onDisk, refuse } from "./ReviewError.ts"

const unsummed = {
  /** From 1. */
  line: Schema.Int,
  /** When it was appended, RFC 3339. */
  at: Schema.String,
  /** Who ran the command, as the operating system names them. */
  by: Schema.String,
  event: CampaignEvent,
  /** The SHA-256 of the line before, as hex; that of nothing for the first. */
  previous: Schema.String,
}

/** A line of the log. `sum` is the SHA-256 of the line without it, so that a damaged last line is found too. */
export const LogLine = Schema.Struct({ ...unsummed, sum: Schema.String })
export type LogLine = typeof LogLine.Type

/** The log as it was read. */
export interface LogContent {
  readonly lines: ReadonlyArray<LogLine>
  /** The SHA-256 of the first line, which no other campaign has. */
  readonly id: string
  /** The SHA-256 of the last line. */
  readonly head: string
  /** Bytes up to the end of the last whole line. */
  readonly size: number
}

/** No campaign comes near it; a larger log is not ours. */
const mostBytes = 512 * 1024 * 1024

/** The SHA-256 of bytes or text, as hex. */
export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex")

const decodeLine = Schema.decodeUnknownResult(Schema.fromJsonString(LogLine))
const encodeLine = Schema.encodeSync(Schema.fromJsonString(Schema.Struct(unsummed)))

/** The last member of a line, of which the text has always the same length. */
const sumOf = (json: string): string => `,"sum":"${sha256(json)}"}`

/** A line as it stands in the log. */
const withSum = (json: string): string => json.slice(0, -1) + sumOf(json)

const isWhole = (json: string): boolean => json === withSum(`${json.slice(0, -sumOf("").length)}}`)

/**
 * Checks text as a log: every line follows from the one before. What stands behind the last line break is the beginning of a
 * line that a killed process did not finish, which never counted.
 */
export const parseLog = (path: string, text: string): Effect.Effect<LogContent, ReviewError> =>
  Effect.suspend(() => {
    const whole = text.slice(0, text.lastIndexOf("\n") + 1)
    const lines: Array<LogLine> = []
    let head = sha256("")
    let id = head
    for (const [index, json] of whole.split("\n").slice(0, -1).entries()) {
      const decoded = decodeLine(json)
      const number = index + 1
      if (decoded._tag === "Failure" || !isWhole(json)) return altered(path, number, "it is no line of such a log")
      if (decoded.success.line !== number)
        return altered(path, number, `it says that it is line ${decoded.success.line}`)
      if (decoded.success.previous !== head) return altered(path, number, "it does not follow from the line before it")
      lines.push(decoded.success)
      head = sha256(json)
      if (number === 1) id = head
    }
    return Effect.succeed({ lines, id, head, size: Buffer.byteLength(whole) })
  })

const altered = (path: string, line: number, how: string): Effect.Effect<never, ReviewError> =>
  refuse(
    "Unusable",
    `${path} was altered: line ${line} cannot be believed, as ${how}.`,
    "Restore the folder of the campaign from a copy; evidence that was made before shows how it was.",
  )

/** Reads and checks the log; nothing where there is none. */
export const readLog = Effect.fnUntraced(function* (
  path: string,
): Effect.fn.Return<LogContent | undefined, ReviewError> {
  const stats = yield* onDisk(path, () => statSync(path, { throwIfNoEntry: false }))
  if (stats === undefined) return undefined
  if (!stats.isFile() || stats.size > mostBytes) {
    return yield* refuse("Unusable", `${path} is not the log of a campaign.`, "Name the folder of a campaign.")
  }
  const content = yield* parseLog(path, yield* onDisk(path, () => readFileSync(path, "utf8")))
  return content.lines.length === 0 ? undefined : content
})

/** Appends an event; it is on the disk when this succeeds. The caller holds the lock and has just read the log. */
export const appendToLog = Effect.fnUntraced(function* (
  path: string,
  before: LogContent | undefined,
  { at, by, event }: Pick<LogLine, "at" | "by" | "event">,
): Effect.fn.Return<LogContent, ReviewError> {
  const previous = before?.head ?? sha256("")
  const number = (before?.lines.length ?? 0) + 1
  const json = withSum(encodeLine({ line: number, at, by, event, previous }))
  const line: LogLine = { line: number, at, by, event, previous, sum: json.slice(-66, -2) }
  const size = before?.size ?? 0
  yield* onDisk(path, () => {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
    try {
      // What a killed process left half written goes.
      ftruncateSync(file, size)
      const bytes = Buffer.from(`${json}\n`)
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, size + done)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (before === undefined) syncFolder(dirname(path))
  })
  const head = sha256(json)
  return {
    lines: [...(before?.lines ?? []), line],
    id: before?.id ?? head,
    head,
    size: size + Buffer.byteLength(json) + 1,
  }
}, Effect.uninterruptible)

/** The names in a folder survive a crash after this; Windows cannot open folders. */
export const syncFolder = (folder: string): void => {
  if (process.platform === "win32") return
  const opened = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}
