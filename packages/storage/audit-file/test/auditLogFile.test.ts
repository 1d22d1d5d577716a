import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { AuditEntry, AuditLog } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schema } from "effect"
import { auditFileBeside, auditLogFile } from "../src/index.ts"
import { entryOf } from "./entryOf.ts"

const append = (file: string, ...entries: ReadonlyArray<AuditEntry>) =>
  AuditLog.use((log) => Effect.forEach(entries, log.append, { discard: true })).pipe(Effect.provide(auditLogFile(file)))

const linesOf = (file: string) => readFileSync(file, "utf8").split("\n")
const entriesOf = (file: string): ReadonlyArray<AuditEntry> =>
  linesOf(file)
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

const appendMany = (file: string, actor: string, count: number, shell = "") =>
  spawn("bash", [
    "-c",
    `${shell} exec "$0" "$@"`,
    process.execPath,
    fileURLToPath(new URL("appendMany.ts", import.meta.url)),
    file,
    actor,
    String(count),
  ])

describe("the audit log in a file", () => {
  it.effect("gets all that an entry says, so that it can be read again", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      const lease = { id: "task-1", endsAt: "2026-11-25T10:00:00.000Z", kind: "c1" } as const
      const whole: Required<AuditEntry> = {
        ...entryOf(),
        issuer: "https://idp.example",
        subject: "ada",
        connection: "sales",
        connector: "slack-pro",
        osUser: "ada",
        statedReason: "on call",
        ticket: "REQ-7",
        planId: "p1",
        approvedBy: ["bob"],
        lease,
        reason: "It was refused.",
        vanished: ["user:U0003"],
      }
      yield* append(file, whole)
      const [line = ""] = linesOf(file)
      assert.deepStrictEqual(yield* Schema.decodeEffect(Schema.fromJsonString(AuditEntry))(line), whole)
    }),
  )

  it.effect("gets one line of JSON for each entry, its members in a fixed order", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      const { outcome, target, ...rest } = entryOf()
      const ofSeveral = { connector: "slack-pro", connection: "sales" }
      yield* append(
        file,
        { outcome, target, ...rest },
        entryOf({ ...ofSeveral, outcome: "failed", reason: "It was refused." }),
      )
      assert.deepStrictEqual(linesOf(file), [
        '{"time":"2026-11-25T09:00:00.000Z","requestId":"5f0c2b9a77d1e346","actor":"U0ADMIN","tenant":"T0001",' +
          '"intent":"grant","target":{"entitlement":"group:S0001:member","principal":"user:U0002"},"outcome":"begun"}',
        '{"time":"2026-11-25T09:00:00.000Z","requestId":"5f0c2b9a77d1e346","actor":"U0ADMIN","tenant":"T0001",' +
          '"connection":"sales","connector":"slack-pro",' +
          '"intent":"grant","target":{"entitlement":"group:S0001:member","principal":"user:U0002"},"outcome":"failed",' +
          '"reason":"It was refused."}',
        "",
      ])
    }),
  )

  it.effect("is for its user alone", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      yield* append(file, entryOf())
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    }),
  )

  it.effect("keeps what stands in it, and the access that others were given to it", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      yield* append(file, entryOf({ requestId: "1" }))
      chmodSync(file, 0o640)
      yield* append(file, entryOf({ requestId: "2" }))
      assert.deepStrictEqual(
        entriesOf(file).map((entry) => entry.requestId),
        ["1", "2"],
      )
      assert.strictEqual(statSync(file).mode & 0o777, 0o640)
    }),
  )

  it.effect("begins a line of its own after one that a crash truncated", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      yield* append(file, entryOf({ requestId: "1" }))
      appendFileSync(file, '{"time":"2026-11-2')
      yield* append(file, entryOf({ requestId: "2" }))
      const [first = "", cut, second = "", end] = linesOf(file)
      assert.strictEqual(JSON.parse(first).requestId, "1")
      assert.strictEqual(cut, '{"time":"2026-11-2')
      assert.strictEqual(JSON.parse(second).requestId, "2")
      assert.strictEqual(end, "")
    }),
  )

  it.effect("can be moved away at any time: the next entry begins a new file", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("audit")
      const file = join(folder, "audit.ndjson")
      const log = yield* Effect.provide(AuditLog, auditLogFile(file))
      yield* log.append(entryOf({ requestId: "1" }))
      renameSync(file, join(folder, "audit.1.ndjson"))
      yield* log.append(entryOf({ requestId: "2" }))
      assert.deepStrictEqual(
        entriesOf(file).map((entry) => entry.requestId),
        ["2"],
      )
    }),
  )

  it.effect("holds nothing that a terminal would act on, whatever the system said", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      const reason = "\u001b[31mred\u0007 \u009b31m a\u202eb é 👍\n\u2028"
      yield* append(file, entryOf({ outcome: "failed", reason }))
      assert.match(readFileSync(file, "utf8"), /^[\u0020-\u007e]+\n$/)
      assert.strictEqual(entriesOf(file)[0]?.reason, reason)
    }),
  )

  it("lies beside the output where no place is named", () => {
    assert.strictEqual(auditFileBeside("data/sync.c1z"), "data/sync.c1z.audit.ndjson")
  })
})

describe("what is no plain file is refused, and nothing is written there:", () => {
  const refused = Effect.fnUntraced(function* (file: string, reason: string, what = "") {
    const error = yield* Effect.flip(append(file, entryOf()))
    assert.strictEqual(error.reason, reason)
    assert.strictEqual(error.kind, "configuration")
    assert.include(error.message, file)
    assert.include(error.message, what)
    assert.include(error.hint, "--audit-file")
  })

  it.effect("a symbolic link", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("audit")
      const target = join(folder, "precious")
      writeFileSync(target, "as it was")
      symlinkSync(target, join(folder, "audit.ndjson"))
      yield* refused(join(folder, "audit.ndjson"), "NotAFile", " is not a plain file: it is a link.")
      assert.strictEqual(readFileSync(target, "utf8"), "as it was")
    }),
  )

  it.effect("a directory", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("audit")
      mkdirSync(join(folder, "audit.ndjson"))
      yield* refused(join(folder, "audit.ndjson"), "NotAFile", " is not a plain file: it is a directory.")
    }),
  )

  it.effect("a named pipe, for which nobody is waited for", () =>
    Effect.gen(function* () {
      const pipe = join(yield* scratchFolder("audit"), "audit.ndjson")
      execFileSync("mkfifo", [pipe])
      yield* refused(pipe, "NotAFile")
    }),
  )

  it.effect("a socket", () =>
    Effect.gen(function* () {
      const path = join(yield* scratchFolder("audit"), "audit.ndjson")
      const server = yield* Effect.acquireRelease(
        Effect.sync(() => createServer()),
        (open) => Effect.sync(() => open.close()),
      )
      yield* Effect.promise(() => once(server.listen(path), "listening"))
      yield* refused(path, "NotAFile")
    }),
  )

  it.effect("a device", () => refused("/dev/null", "NotAFile"))

  it.effect("a file in a folder that does not exist", () =>
    Effect.flatMap(scratchFolder("audit"), (folder) => refused(join(folder, "none", "audit.ndjson"), "NotFound")),
  )
})

describe("the audit log of several processes", () => {
  it.live("holds whole lines, and all of them", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      const writers = ["one", "two", "three"].map((actor) => appendMany(file, actor, 40))
      yield* Effect.promise(() => Promise.all(writers.map((writer) => once(writer, "close"))))
      const entries = entriesOf(file)
      for (const actor of ["one", "two", "three"]) {
        assert.deepStrictEqual(
          entries.filter((entry) => entry.actor === actor).map((entry) => entry.requestId),
          Array.from({ length: 40 }, (_, index) => String(index)),
        )
      }
    }),
  )

  it.live("holds every entry that a process was told is written, whenever that process is killed", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      const writer = appendMany(file, "one", 100_000)
      let told = ""
      writer.stdout.on("data", (data: Buffer) => {
        told += data.toString()
        if (told.length > 100) writer.kill("SIGKILL")
      })
      yield* Effect.promise(() => once(writer, "close"))
      const acknowledged = told.split("\n").slice(0, -1)
      assert.isAtLeast(acknowledged.length, 20)
      yield* append(file, entryOf({ requestId: "after" }))
      const ids = new Set(entriesOf(file).map((entry) => entry.requestId))
      for (const id of [...acknowledged, "after"]) assert.isTrue(ids.has(id), id)
    }),
  )

  it.live("says that the disk is full, and goes on with whole lines once there is room", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("audit"), "audit.ndjson")
      const writer = appendMany(file, "one", 100, "ulimit -f 1;")
      let said = ""
      writer.stderr.on("data", (data: Buffer) => (said += data.toString()))
      yield* Effect.promise(() => once(writer, "close"))
      assert.match(said, /^DiskFull: .*then run the same again/)
      assert.notStrictEqual(linesOf(file).at(-1), "", "the limit cuts a line")
      yield* append(file, entryOf({ requestId: "after" }))
      assert.strictEqual(JSON.parse(linesOf(file).at(-2) ?? "").requestId, "after")
    }),
  )
})
