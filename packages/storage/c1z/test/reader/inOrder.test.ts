// Records by id, for two syncs side by side: the order must be one that a program can compare by.
import { assert, describe, it } from "@effect/vitest"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import { C1zFile, compareGrants, compareText, partsOfGrant } from "../../src/index.ts"
import type { Rows } from "./forge.ts"
import { c1z, file } from "./forge.ts"

const inOrder = (fill: (rows: Rows) => void) =>
  Effect.gen(function* () {
    const opened = yield* C1zFile.open(yield* file(c1z(fill)))
    return (yield* opened.sync("sync1")).inOrder
  })

/** Ids whose order differs between code points and halves of surrogate pairs, and between texts and their folded case. */
const ids = ["b", "B", "a", "ab", "\u{1f600}", "\uffee", "é", "z:1", "z", ""]
const sorted = ["", "B", "a", "ab", "b", "z", "z:1", "é", "\uffee", "\u{1f600}"]

describe("records in order", () => {
  it("MUST compare as SQLite sorts", () => {
    assert.deepStrictEqual(ids.toSorted(compareText), sorted)
    const grant = (...parts: ReadonlyArray<string>) => parts.join("\0")
    assert.isBelow(compareGrants(grant("a", "u", "1", "t", "x"), grant("a", "u", "1 ", "t", "x")), 0)
    assert.isBelow(compareGrants(grant("a", "u", "1", "t", "x"), grant("a ", "a", "0", "t", "x")), 0)
    assert.strictEqual(compareGrants(grant("a", "u", "1", "t", "x"), grant("a", "u", "1", "t", "y")), 0)
  })

  it.effect("MUST list the resources of a type by id, of one sync alone, in files without any index", () =>
    Effect.gen(function* () {
      const records = yield* inOrder((rows) => {
        rows.sync("sync0", { endedAt: "2026-01-01 00:00:00" })
        rows.resource("user", "other")
        rows.sync("sync1", { endedAt: "2026-01-02 00:00:00" })
        for (const id of ids) rows.resource("user", id)
        rows.resource("user:z", "1")
        rows.resource("user2", "a")
      })
      const found = [...records.resources("user")]
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        sorted,
      )
      const [, , a] = found
      assert.strictEqual(a === undefined ? undefined : records.glance(a).displayName, "name of a")
    }).pipe(Effect.scoped),
  )

  it.effect("MUST list grants by entitlement and principal, and by principal, each pair once", () =>
    Effect.gen(function* () {
      const records = yield* inOrder((rows) => {
        rows.sync("sync1", { endedAt: "2026-01-02 00:00:00" })
        for (const user of ids) rows.grant("team", "red", "member", user)
        rows.grant("team", "red", "member", "a")
        rows.grant("team", "blue", "member", "a")
        rows.grant("door", "1", "enter", "a")
      })
      assert.deepStrictEqual(
        [...records.grants()]
          .map(partsOfGrant)
          .map(({ entitlement, principal }) => `${entitlement} ${formatResourceId(principal)}`),
        ["door:1:enter user:a", "team:blue:member user:a", ...sorted.map((id) => `team:red:member user:${id}`)],
      )
      assert.deepStrictEqual(
        [...records.heldBy("user", ["team"])].filter((held) => held.startsWith("a\0")),
        ["a\0team:blue:member", "a\0team:red:member"],
      )
      assert.deepStrictEqual([...records.heldBy("user", [])], [])
      assert.strictEqual(yield* records.countHolders("team:red:member"), ids.length)
      assert.strictEqual(yield* records.countGrantsOn({ resourceType: "door", resource: "1" }), 1)
    }).pipe(Effect.scoped),
  )

  it.effect("MUST stop at an id that is not text, whose order nobody can tell", () =>
    Effect.gen(function* () {
      const records = yield* inOrder((rows) => {
        rows.sync("sync1", { endedAt: "2026-01-02 00:00:00" })
        rows.resource("user", "a")
        // Not UTF-8, so it reads as U+FFFD, which sorts after what comes behind it.
        rows.database.exec("update v1_resources set external_id = cast(x'757365723aee61' as text)")
        rows.resource("user", "\uf000")
      })
      assert.throws(() => [...records.resources("user")], /has ids that are not text/)
    }).pipe(Effect.scoped),
  )

  it.effect("MUST tell the parents of a type's resources, each once", () =>
    Effect.gen(function* () {
      const records = yield* inOrder((rows) => {
        rows.sync("sync1", { endedAt: "2026-01-02 00:00:00" })
        rows.resource("user", "a", { resourceType: "team", resource: "red" })
        rows.database.exec("update v1_resources set parent_resource_id = 'red'")
        rows.resource("user", "b")
      })
      assert.deepStrictEqual(yield* records.parentsOf("user", 10), ["red"])
    }).pipe(Effect.scoped),
  )
})
