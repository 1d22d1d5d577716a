// What `stats` and `syncs` say of a large file that we wrote, of which they read the beginning alone.
import { randomBytes } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { workStoreLayer } from "@rollcall/c1z"
import { SyncStore } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { runInProcess } from "../inProcess.ts"

/** People whose names no compression makes shorter, so that the beginning of the file is not all of it. */
const people = Array.from({ length: 1500 }, (_, number) => ({
  id: { resourceType: "user", resource: `U${number}` },
  displayName: randomBytes(100).toString("hex"),
}))

const published = Effect.gen(function* () {
  const output = join(yield* scratchFolder("cli"), "sync.c1z")
  const publish = Effect.gen(function* () {
    const store = yield* SyncStore
    yield* store.open({ connector: "tiny", tenant: "T1", request: "all", reach: [], steps: ["people"] })
    yield* store.commit(
      { resources: people },
      { step: "people", ended: true, pages: 1, records: people.length, gaps: [], warnings: [] },
    )
    yield* store.publish({
      kind: "full",
      source: { connector: "tiny", tenant: { id: "T1", displayName: "Tiny Inc." } },
      resourceTypes: [{ id: "user", displayName: "User", traits: ["user"], capabilities: [], permissions: [] }],
      coverage: [{ resourceType: "user", state: "complete", gaps: [] }],
      merge: [{ id: "people" }],
    })
  })
  yield* Effect.provide(publish, workStoreLayer({ output }))
  return output
})

/** The file with bytes near its end lost. */
const damaged = Effect.gen(function* () {
  const output = yield* published
  const bytes = readFileSync(output)
  bytes.fill(0, bytes.length - 20_000, bytes.length - 10_000)
  writeFileSync(output, bytes)
  return output
})

const note =
  /^note: Only the beginning of \S+ was read, .* The rest was not checked; `--check` reads and counts all of it\.$/m

describe.each(["stats", "syncs"])("%s of a large file that we wrote", (command) => {
  it.live.each(["table", "json", "ndjson", "csv"])(
    "says the same as with --check, and that it is unchecked: %s",
    (form) =>
      Effect.gen(function* () {
        const asked = [command, "-f", yield* published, "-o", form]
        const unchecked = yield* runInProcess(asked)
        const checked = yield* runInProcess([...asked, "--check"])
        assert.deepStrictEqual([unchecked.code, checked.code, checked.err], [0, 0, ""])
        assert.match(unchecked.err, note)
        if (form !== "json") return assert.strictEqual(unchecked.out, checked.out)
        const [told, counted] = [unchecked, checked].map(({ out }) => JSON.parse(out))
        assert.isFalse(told.rollcall.checked)
        assert.deepStrictEqual({ ...told, rollcall: 0 }, { ...counted, rollcall: 0 })
        if (command === "stats") assert.deepStrictEqual({ ...told.rollcall, checked: true }, counted.rollcall)
        else assert.isUndefined(counted.rollcall)
      }).pipe(Effect.scoped),
  )

  it.live("finds damage behind the beginning with --check alone", () =>
    Effect.gen(function* () {
      const file = yield* damaged
      assert.strictEqual((yield* runInProcess([command, "-f", file])).code, 0)
      const { code, err } = yield* runInProcess([command, "-f", file, "--check"])
      assert.strictEqual(code, 65)
      assert.match(err, /cannot be read/)
    }).pipe(Effect.scoped),
  )
})

describe("a view that decides something", () => {
  it.live.each(["resources", "access -t user -r U1", "report --out report.html", "export --format csv --out tables"])(
    "reads the whole file and finds the damage: %s",
    (command) =>
      Effect.gen(function* () {
        const file = yield* damaged
        const [name = "", ...rest] = command.replace("--out ", `--out ${join(file, "..")}/`).split(" ")
        assert.strictEqual((yield* runInProcess([name, "-f", file, ...rest])).code, 65)
      }).pipe(Effect.scoped),
  )
})
