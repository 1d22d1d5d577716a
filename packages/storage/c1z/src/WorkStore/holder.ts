// Who holds a work file. The locked database cannot be read by others, so its holder says who it is in a small file
// beside it. That file is for people alone: the lock itself is SQLite's, and a note that was left behind blocks nobody.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { systemCodeOf } from "@rollcall/connector"
import { Option, Schema } from "effect"

const Holder = Schema.Struct({
  pid: Schema.Int.check(Schema.isGreaterThan(0)),
  // Shown on a terminal, so it has to look like a host's name.
  host: Schema.String.check(Schema.isPattern(/^[\w.-]{1,255}$/)),
  since: Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
})

const decodeHolder = Schema.decodeUnknownOption(Schema.fromJsonString(Holder))

const maxNoteBytes = 4096

const notePath = (work: string): string => `${work}.holder`

/**
 * Says that this process holds a work file since an instant (milliseconds since the epoch). Where something else stands in
 * the note's place it stays, and there is no note.
 */
export const writeHolder = (work: string, since: number): void => {
  const note = { pid: process.pid, host: hostname(), since: new Date(since).toISOString() }
  removeHolder(work)
  try {
    writeFileSync(notePath(work), `${JSON.stringify(note)}\n`, { mode: 0o600, flag: "wx" })
  } catch (cause) {
    if (systemCodeOf(cause) !== "EEXIST") throw cause
  }
}

/** Takes a note away. */
export const removeHolder = (work: string): void => {
  if (Option.isSome(readHolder(work))) rmSync(notePath(work), { force: true })
}

/** Who holds a work file, in words; without details when no note can be believed. */
export const describeHolder = (work: string): string =>
  Option.match(Option.filter(readHolder(work), isAlive), {
    onNone: () => "another process",
    onSome: ({ pid, host, since }) => `process ${pid} on ${host}, since ${since.slice(0, 19).replace("T", " ")} UTC`,
  })

const readHolder = (work: string): Option.Option<typeof Holder.Type> => {
  try {
    const stats = statSync(notePath(work))
    // Reading a pipe would wait for its other end.
    if (!stats.isFile() || stats.size > maxNoteBytes) return Option.none()
    return decodeHolder(readFileSync(notePath(work), "utf8"))
  } catch {
    return Option.none()
  }
}

/** A note of a process of this host that is gone was left behind by an earlier holder. */
const isAlive = ({ pid, host }: typeof Holder.Type): boolean => {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return systemCodeOf(cause) === "EPERM"
  }
}
