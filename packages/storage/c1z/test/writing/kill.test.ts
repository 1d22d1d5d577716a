import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { runChild } from "./runChild.ts"
import { person, resultOf, syncOnce } from "./smallSync.ts"
import { columnOf, freshOutput, openWritten } from "./written.ts"

const newIds = ["team:red", "user:ada", "user:bob", "user:cy", "user:dee"]

const idsOf = (output: string, syncId: string) =>
  Effect.scoped(
    Effect.map(openWritten(output), (db) =>
      columnOf(db, "select external_id from v1_resources where sync_id = ? order by 1", syncId),
    ),
  )

// What is to be found after the kill, and whether the next run takes up the work.
const moments = [
  { moment: "opened", outputIs: "old", resumes: true },
  { moment: "page 1", outputIs: "old", resumes: true },
  { moment: "page 2", outputIs: "old", resumes: true },
  { moment: "page 3", outputIs: "old", resumes: true },
  { moment: "before mkdirSync", outputIs: "old", resumes: true },
  { moment: "after mkdirSync", outputIs: "old", resumes: true },
  { moment: "packing", outputIs: "old", resumes: true },
  { moment: "packed", outputIs: "old", resumes: true },
  { moment: "before renameSync", outputIs: "old", resumes: true },
  { moment: "after renameSync", outputIs: "new", resumes: true },
  { moment: "before rmSync", outputIs: "new", resumes: true },
  { moment: "after rmSync", outputIs: "new", resumes: false },
] as const

describe("a process that is killed", () => {
  for (const { moment, outputIs, resumes } of moments) {
    it.live(`at "${moment}" leaves the ${outputIs} output whole, and the next run ends like an undisturbed one`, () =>
      Effect.gen(function* () {
        const output = yield* freshOutput
        const before = yield* Effect.provide(syncOnce({ resources: [person("old")] }), workStoreLayer({ output }))
        const old = readFileSync(output)

        const killed = yield* Effect.promise(() => runChild([output, "kill", moment]))
        assert.deepStrictEqual([killed.signal, killed.stderr], ["SIGKILL", ""])
        assert.strictEqual(readFileSync(output).equals(old), outputIs === "old")

        const ended = yield* Effect.promise(() => runChild([output, "sync"]))
        const { resumed, syncId } = JSON.parse(ended.stdout)
        assert.strictEqual(resumed, resumes)
        assert.deepStrictEqual(yield* idsOf(output, syncId), newIds)
        if (resumes) assert.deepStrictEqual(yield* idsOf(output, before.published.syncId), ["user:old"])
        assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z"])
      }),
    )
  }
})

describe("a run that is interrupted while it publishes", () => {
  it.live("replaces nothing, leaves no temporary file, and is resumed by the next run", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const many = { resources: Array.from({ length: 20_000 }, (_, i) => person(`p${i}`)) }
      const interrupted = yield* Effect.provide(syncOnce(many), workStoreLayer({ output }), { local: true }).pipe(
        Effect.raceFirst(waitUntil(() => existsSync(`${output}.rollcall-build/sync.db`))),
      )
      assert.strictEqual(interrupted, "seen")
      assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z.work"])

      const next = yield* Effect.provide(syncOnce({}, resultOf()), workStoreLayer({ output }), { local: true })
      assert.deepStrictEqual([next.open.resumed, next.published.counts.resources["user"]], [true, 20_000])
    }),
  )
})

const waitUntil = (isSo: () => boolean): Effect.Effect<"seen"> =>
  Effect.suspend(() => (isSo() ? Effect.succeed("seen" as const) : Effect.andThen(Effect.yieldNow, waitUntil(isSo))))
