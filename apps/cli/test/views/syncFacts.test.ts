// What the views say about the sync itself: its numbers in the Go viewer's shape, and what a file does not say.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { runInProcess } from "../inProcess.ts"
import { forgedFile } from "@rollcall/test-kit/forged"

const jsonOf = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const { code, out, err } = yield* runInProcess([...args, "-o", "json"])
  assert.strictEqual(code, 0, err)
  return { json: JSON.parse(out), err }
})

const world = {
  id: "sync1",
  types: ["user", "group", "constructor"],
  resources: { "user:U1": "Ada", "group:G1": "Staff" },
  entitlements: ["group:G1:member"],
  grants: [{ entitlement: "group:G1:member", principal: "user:U1" }],
}

/** A v3 file whose head, which holds the field 40 for each of these syncs, is followed by nothing. */
const v3File = (folder: string, ...syncs: ReadonlyArray<ReadonlyArray<number>>): string => {
  const path = join(folder, "v3.c1z")
  const runs = syncs.flatMap((sync) => [0xc2, 0x02, sync.length, ...sync])
  const head = Buffer.from([0x0a, 7, ...Buffer.from("pebble3"), ...runs])
  writeFileSync(path, Buffer.concat([Buffer.from("C1Z3\0"), Buffer.from([0, 0, 0, head.length]), head]))
  return path
}
const idOnly = [0x0a, 2, 0x53, 0x31]

describe("stats as JSON", () => {
  it.live("has the shape of the Go viewer, with counts as strings, and our own figures under a key of its own", () =>
    Effect.gen(function* () {
      const file = forgedFile(yield* scratchFolder("cli"), [world])
      const { json } = yield* jsonOf("stats", "-f", file)
      const { rollcall, ...viewer } = json
      assert.deepStrictEqual(viewer, {
        id: "sync1",
        startedAt: "2026-01-02T03:04:05Z",
        endedAt: "2026-01-02T03:04:06Z",
        syncType: "full",
        stats: {
          resourceTypes: "3",
          resources: "2",
          entitlements: "1",
          grants: "1",
          resourcesByResourceType: { user: "1", group: "1", constructor: "0" },
          entitlementsByResourceType: { group: "1" },
          grantsByResourceType: { group: "1" },
        },
      })
      assert.deepStrictEqual(rollcall.totals, { resourceTypes: 3, resources: 2, entitlements: 1, grants: 1 })
      assert.deepStrictEqual(
        rollcall.types.map((type: { readonly grants: number }) => type.grants),
        [0, 1, 0],
      )
    }).pipe(Effect.scoped),
  )

  it.live("says null for the gaps of a file that does not tell them, not that there are none", () =>
    Effect.gen(function* () {
      const file = forgedFile(yield* scratchFolder("cli"), [world])
      assert.isNull((yield* jsonOf("stats", "-f", file)).json.rollcall.gaps)
      const { out } = yield* runInProcess(["stats", "-f", file])
      assert.match(out, /^Missing +unknown/m)
    }).pipe(Effect.scoped),
  )

  it.live("says null for all that the head of a v3 file does not say", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      const { json } = yield* jsonOf("stats", "-f", v3File(folder, idOnly))
      const { file: _, ...rollcall } = json.rollcall
      assert.deepStrictEqual(
        { ...json, rollcall },
        {
          id: "S1",
          startedAt: null,
          endedAt: null,
          syncType: null,
          stats: null,
          rollcall: {
            format: "v3",
            checked: false,
            engine: "pebble3",
            workspace: null,
            connector: null,
            unfinished: null,
            unexpandedGrants: null,
            totals: null,
            types: null,
            gaps: null,
          },
        },
      )
      const { out } = yield* runInProcess(["stats", "-f", v3File(folder, idOnly)])
      assert.match(out, /^Totals +unknown$/m)
      assert.match(out, /^Ended +unknown$/m)
    }).pipe(Effect.scoped),
  )

  it.live("says that a sync of a v3 file has not finished where its head names its start and no end", () =>
    Effect.gen(function* () {
      // The field 3, the start, with the second 1.
      const file = v3File(yield* scratchFolder("cli"), [...idOnly, 0x1a, 2, 0x08, 1])
      const { json, err } = yield* jsonOf("stats", "-f", file)
      assert.deepInclude(json, { startedAt: "1970-01-01T00:00:01Z", endedAt: null })
      assert.isTrue(json.rollcall.unfinished)
      assert.match(err, /^note: The sync S1 has not finished/)
    }).pipe(Effect.scoped),
  )

  it.live("does not take a v3 head's count of no resource type for a count", () =>
    Effect.gen(function* () {
      // The field 6, the statistics, with 5 grants.
      const file = v3File(yield* scratchFolder("cli"), [...idOnly, 0x32, 2, 0x28, 5])
      assert.isNull((yield* jsonOf("stats", "-f", file)).json.stats)
    }).pipe(Effect.scoped),
  )
})

describe("a v3 file whose head names no sync", () => {
  it.live("holds unknown syncs, not none", () =>
    Effect.gen(function* () {
      const file = v3File(yield* scratchFolder("cli"))
      const stats = yield* jsonOf("stats", "-f", file)
      assert.deepInclude(stats.json, { id: null, startedAt: null, endedAt: null, syncType: null, stats: null })
      assert.match(
        (yield* runInProcess(["stats", "-f", file])).out,
        /^Sync +unknown: the head of the file names none$/m,
      )
      const syncs = yield* jsonOf("syncs", "-f", file)
      assert.deepStrictEqual(syncs.json, { syncs: null })
      assert.match(syncs.err, /it names no sync, so what the file holds is unknown/)
    }).pipe(Effect.scoped),
  )
})
