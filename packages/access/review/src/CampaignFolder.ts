// The folder that is a campaign: its log, the frozen file and items, the key of its codes, and every file that was imported.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { closeSync, fsyncSync, openSync } from "node:fs"
import { randomBytes } from "node:crypto"
import { userInfo } from "node:os"
import { join, resolve } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { digestOf } from "@rollcall/access/output"
import { storeReasonOf } from "@rollcall/connector"
import type { Scope } from "effect"
import { Clock, Effect, Redacted } from "effect"
import type { CampaignEvent, EventOf, KeptFile } from "./CampaignEvent.ts"
import type { LogContent } from "./CampaignLog.ts"
import { appendToLog, readLog, sha256, syncFolder } from "./CampaignLog.ts"
import { onDisk, refuse, ReviewError } from "./ReviewError.ts"

/** How long a command waits for another one in the same campaign, in milliseconds. */
const longestWait = 5000

/** The parts of a campaign, by path. */
export interface CampaignFolder {
  readonly path: string
  readonly log: string
  readonly population: string
  readonly items: string
  readonly key: string
  readonly lock: string
  readonly sheets: string
  readonly imports: string
  readonly removals: string
  readonly verifications: string
}

/** Where the parts lie. */
export const campaignFolder = (path: string): CampaignFolder => ({
  path,
  log: join(path, "log.ndjson"),
  population: join(path, "population.c1z"),
  items: join(path, "items.ndjson"),
  key: join(path, "key"),
  lock: join(path, "lock"),
  sheets: join(path, "sheets"),
  imports: join(path, "imports"),
  removals: join(path, "removals"),
  verifications: join(path, "verifications"),
})

/** Makes a folder for this user alone, where there is none. */
export const makeFolder = (path: string): Effect.Effect<void, ReviewError> =>
  onDisk(path, () => void mkdirSync(path, { recursive: true, mode: 0o700 }))

/**
 * Keeps other commands out of the campaign until the scope ends. The lock is SQLite's, which the system releases when a process
 * dies, however it dies. A second command waits a few seconds and then ends as `Locked`.
 */
export const lockCampaign = Effect.fnUntraced(function* ({
  path,
  lock: file,
}: CampaignFolder): Effect.fn.Return<void, ReviewError, Scope.Scope> {
  yield* Effect.acquireRelease(
    Effect.gen(function* () {
      yield* onDisk(file, () => closeSync(openSync(file, "a", 0o600)))
      const db = yield* onDisk(file, () => new DatabaseSync(file))
      return yield* Effect.try({
        try: () => {
          db.exec(`pragma busy_timeout = ${longestWait}; pragma locking_mode = exclusive; begin exclusive`)
          return db
        },
        catch: (cause) => {
          db.close()
          return new ReviewError({
            reason: "Locked",
            message: `Another command is at work in the campaign ${path}.`,
            hint: "Wait until it has ended, then run this one again.",
            cause,
          })
        },
      })
    }),
    (db) => Effect.sync(() => db.close()),
  )
})

/** The log of a campaign that has started. */
export const readCampaignLog = Effect.fnUntraced(function* (
  folder: CampaignFolder,
): Effect.fn.Return<LogContent, ReviewError> {
  const log = existsSync(folder.path) ? yield* readLog(folder.log) : undefined
  if (log !== undefined) return log
  return yield* refuse(
    "OutOfOrder",
    `There is no campaign in ${resolve(folder.path)}.`,
    "Name the folder of a campaign, with --campaign, or begin one with `rollcall review start`.",
  )
})

/** Appends an event, now, as the user who runs this. */
export const record = Effect.fnUntraced(function* (
  folder: CampaignFolder,
  before: LogContent | undefined,
  event: CampaignEvent,
): Effect.fn.Return<LogContent, ReviewError> {
  const at = new Date(yield* Clock.currentTimeMillis).toISOString()
  return yield* appendToLog(folder.log, before, { at, by: userInfo().username, event })
})

/** A file by its content; read in pieces, as a `.c1z` can be large. */
export const describeFile = (path: string, name: string): Effect.Effect<KeptFile, ReviewError> =>
  Effect.tryPromise({
    try: async () => ({ name, ...(await digestOf(path)) }),
    catch: (cause) =>
      new ReviewError({
        reason: storeReasonOf(cause) === "NotFound" ? "Missing" : "Unusable",
        message: `${path} cannot be read${storeReasonOf(cause) === "NotFound" ? ": there is no such file" : ""}.`,
        hint: "Name a file that is there and may be read.",
        cause,
      }),
  })

/** Copies a file into the campaign, for this user alone: whole or not at all. */
export const keepCopy = Effect.fnUntraced(function* (
  from: string,
  to: string,
  name: string,
): Effect.fn.Return<KeptFile, ReviewError> {
  const partial = `${to}.partial`
  if (!(yield* onDisk(from, () => statSync(from).isFile()))) {
    return yield* refuse("Unusable", `${from} is a folder, a link or a device, and no file.`, "Name a file.")
  }
  yield* onDisk(to, () => {
    copyFileSync(from, partial)
    chmodSync(partial, 0o600)
    flushed(partial)
    renameSync(partial, to)
  })
  return yield* describeFile(to, name)
})

/** Writes a small file whole or not at all, for this user alone. */
export const writeWhole = (path: string, content: string | Uint8Array): Effect.Effect<void, ReviewError> =>
  onDisk(path, () => {
    const partial = `${path}.partial`
    writeFileSync(partial, content, { mode: 0o600 })
    flushed(partial)
    renameSync(partial, path)
    syncFolder(join(path, ".."))
  })

const flushed = (path: string): void => {
  const file = openSync(path, "r+")
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes the key of the codes in reviewers' files, which never leaves the folder; tells its SHA-256. */
export const makeKey = Effect.fnUntraced(function* ({ key }: CampaignFolder): Effect.fn.Return<string, ReviewError> {
  const bytes = randomBytes(32)
  yield* writeWhole(key, bytes.toString("hex"))
  return sha256(bytes)
})

/** The key of a campaign. */
export const campaignKey = Effect.fnUntraced(function* ({
  folder: { key },
  started,
}: {
  readonly folder: CampaignFolder
  readonly started: EventOf<"started">
}): Effect.fn.Return<Redacted.Redacted<Buffer>, ReviewError> {
  const text = yield* onDisk(key, () => readFileSync(key, "utf8"))
  const bytes = Buffer.from(text, "hex")
  if (sha256(bytes) === started.keySha256 && bytes.toString("hex") === text) return Redacted.make(bytes)
  return yield* refuse("Unusable", `${key} is not the key of the campaign.`, "Restore it from a copy.")
})
