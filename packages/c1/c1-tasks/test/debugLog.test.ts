// The log of a task that C1 wants to look into, as C1 is sent it.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { C1Service, UploadEvents } from "@rollcall/c1-client"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { Effect, Logger, References } from "effect"
import { makeDebugLog } from "../src/tasks/DebugLog.ts"
import { clubhouse, grantTo } from "./clubhouse.ts"
import { addOne, freshFolder, inC1, startLoop } from "./running.ts"

/** A club that says something at each page and each write. */
const talkative = () =>
  clubhouse({
    beforePage: (page) => Effect.logDebug(`page ${page} with xoxb-1234-secret`),
    beforeWrite: Effect.logDebug("a write"),
  }).connector

/** What the task uploaded after its file. */
const logOf = Effect.fnUntraced(function* (task: Parameters<typeof addOne>[0]) {
  const c1 = yield* SimulatedC1
  const { assets, outcome } = yield* c1.untilFinished(yield* addOne(task))
  assert.strictEqual(outcome?.finalState.case, "success")
  const [, log, ...more] = assets
  assert.lengthOf(more, 0)
  return log === undefined ? undefined : readFileSync(log.path, "utf8")
})

describe("a task with debug", () => {
  it.live("that is a sync uploads its log after its file, without tokens, and the next sync uploads none", () =>
    inC1(
      Effect.gen(function* () {
        const { told } = yield* startLoop(talkative())
        const log = (yield* logOf({ debug: true, syncFull: {} })) ?? assert.fail("there is no log")
        const lines = log
          .trimEnd()
          .split("\n")
          .map((line): { message: string; level: string } => JSON.parse(line))
        assert.deepStrictEqual(
          lines.filter(({ message }) => message.startsWith("page")).map(({ message, level }) => [message, level]),
          [0, 1, 2].map((page) => [`page ${page} with <secret>`, "DEBUG"]),
        )
        assert.lengthOf(told("DebugLogUploaded"), 1)
        assert.isUndefined(yield* logOf({ syncFull: {} }))
      }),
    ),
  )

  it.live("that is a change leaves its log for the next sync, and a task without debug logs nothing there", () =>
    inC1(
      Effect.gen(function* () {
        yield* startLoop(talkative())
        assert.isUndefined(yield* logOf({ debug: true, ...grantTo("ada") }))
        const log = yield* logOf({ syncFull: {} })
        assert.include(log, "a write")
        assert.notInclude(log, "page 0")
      }),
    ),
  )

  it.live("does not upload what another process left in the work folder", () =>
    inC1(
      Effect.gen(function* () {
        const workFolder = freshFolder()
        for (const name of ["debug.log", "debug.log.upload"]) {
          writeFileSync(join(workFolder, name), "of somebody else\n")
        }
        yield* startLoop(talkative(), { workFolder })
        assert.isUndefined(yield* logOf({ syncFull: {} }))
        assert.isFalse(existsSync(join(workFolder, "debug.log.upload")))
      }),
    ),
  )

  it.live("whose log cannot be uploaded still succeeds, and an event reports the log", () =>
    inC1(
      Effect.gen(function* () {
        const { told } = yield* startLoop(talkative())
        assert.isUndefined(yield* logOf({ debug: true, syncFull: {} }))
        assert.deepStrictEqual([told("DebugLogFailed").length, told("UploadFinished").length], [1, 1])
      }),
      {
        c1: {
          faults: [{ method: "UploadAsset", call: 2, times: 3, fault: { kind: "status", code: "PERMISSION_DENIED" } }],
        },
      },
    ),
  )
})

describe("a debug log", () => {
  it.live("does not contain what its own upload logs", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        yield* addOne({ syncFull: {} })
        const { tasks } = yield* C1Service.use(({ getTask }) => getTask)
        const taskId = tasks[0]?.id ?? assert.fail("there is no task")
        const line = Logger.make(({ message }) => String(message))
        const debugLog = yield* makeDebugLog({ path: join(freshFolder(), "debug.log"), line })
        yield* debugLog
          .write(Effect.andThen(Effect.logDebug("the work"), debugLog.upload(taskId)))
          .pipe(Effect.provideService(UploadEvents, ({ _tag }) => Effect.logDebug(_tag)))
        assert.deepStrictEqual(
          c1.task(taskId)?.assets.map(({ path }) => readFileSync(path, "utf8")),
          ["the work\n"],
        )
      }),
    ),
  )

  it.effect("ends when it has become too long, and says so", () =>
    Effect.gen(function* () {
      const path = join(freshFolder(), "debug.log")
      const line = Logger.make(({ message }) => String(message))
      const debugLog = yield* makeDebugLog({ path, line, maxBytes: 1000 })
      yield* debugLog.write(Effect.repeat(Effect.logDebug("x".repeat(99)), { times: 100 }))
      const lines = readFileSync(path, "utf8").trimEnd().split("\n")
      assert.lengthOf(lines, 11)
      assert.include(lines.at(-1), "longer than 1000 bytes")
    }),
  )

  it.effect("gets every line, while the loggers of the work get the same lines as without it", () =>
    Effect.gen(function* () {
      const path = join(freshFolder(), "debug.log")
      const seen: Array<unknown> = []
      const line = Logger.make(({ message }) => String(message))
      const debugLog = yield* makeDebugLog({ path, line })
      yield* debugLog
        .write(Effect.andThen(Effect.logDebug("little"), Effect.logInfo("much")))
        .pipe(
          Effect.provide(Logger.layer([Logger.make(({ message }) => seen.push(message))])),
          Effect.provideService(References.MinimumLogLevel, "Info"),
        )
      assert.deepStrictEqual([seen.map(String), readFileSync(path, "utf8")], [["much"], "little\nmuch\n"])
    }),
  )
})
