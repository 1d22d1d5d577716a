// Two files of one system by different programs: what differs, and what is known of it.
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { workStoreLayer } from "@rollcall/c1z"
import type { Coverage, KnownDifference } from "@rollcall/connector"
import type { ForgedSync } from "@rollcall/test-kit/forged"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { World } from "@rollcall/test-kit/small-world"
import { syncWorld, whole } from "@rollcall/test-kit/small-world"
import { Effect, Stream } from "effect"
import type { RecordDifference } from "../../src/index.ts"
import { checkParity, openAccess, valueText } from "../../src/index.ts"

const told = ({ kind, id, only, explanation, values }: RecordDifference): string =>
  [`${explanation}: ${kind} ${id}${only === null ? "" : ` only ${only}`}`, ...values.map(valueText)].join("; ")

const parityOf = Effect.fnUntraced(function* (
  theirs: string,
  ours: string,
  known: ReadonlyArray<KnownDifference> = [],
) {
  const parity = yield* checkParity(yield* openAccess(theirs), yield* openAccess(ours), { known })
  return { ...parity, lines: (yield* Stream.runCollect(parity.differences)).map(told) }
}, Effect.scoped)

const ofWorld = Effect.fnUntraced(function* (world: World) {
  const file = join(yield* scratchFolder("parity"), "sync.c1z")
  yield* syncWorld(workStoreLayer({ output: file }), world)
  return file
})

const forged = (sync: Partial<ForgedSync>) =>
  Effect.map(scratchFolder("parity"), (folder) =>
    forgedFile(folder, [{ id: "1abc", types: ["user", "team"], entitlements: ["team:web:member"], ...sync }]),
  )

/** The file with another content of each resource, which is no message. */
const damaged = (file: string): string => {
  const path = `${file}.db`
  writeFileSync(path, zstdDecompressSync(readFileSync(file).subarray(5)))
  const database = new DatabaseSync(path)
  database.exec("update v1_resources set data = x'1affff'")
  database.close()
  writeFileSync(file, Buffer.concat([Buffer.from("C1ZF\0"), zstdCompressSync(readFileSync(path))]))
  rmSync(path)
  return file
}

const difference = (id: string, ...where: KnownDifference["where"]): KnownDifference => ({
  id,
  what: `What ${id} is.`,
  why: `Why ${id} is.`,
  where,
})

const ada = { people: { ada: { teams: ["t1"] } }, teams: { t1: "Web" } }

describe("the files of two programs", () => {
  it.effect("have no difference where each value is the same, however each sync is called", () =>
    Effect.gen(function* () {
      const { lines, total, records } = yield* parityOf(yield* ofWorld(ada), yield* ofWorld(ada))
      assert.deepStrictEqual([lines, total], [[], 0])
      assert.deepStrictEqual(records.grant, { theirs: 3, ours: 3, both: 3, same: 3 })
    }),
  )

  it.effect("differ in records of each kind, and in values by their places", () =>
    Effect.gen(function* () {
      const theirs = yield* ofWorld({ ...ada, people: { ada: { teams: ["t1"], mfa: true }, bob: {} } })
      const ours = yield* ofWorld({
        people: {
          ada: { name: "Ada", email: "ada@new.example", profile: { title: "CTO", "a.b": "c" }, teams: ["t2"] },
        },
        teams: { t1: "Web", t2: "Board" },
      })
      const { lines, records } = yield* parityOf(theirs, ours)
      assert.deepStrictEqual(lines, [
        "unexplained: resource team:t2 only ours",
        'unexplained: resource user:ada; displayName "ada" → "Ada"; annotations.UserTrait.emails [{"address":"ada@example.com","isPrimary":true}] → ' +
          '[{"address":"ada@new.example","isPrimary":true}]; annotations.UserTrait.mfaStatus.mfaEnabled true → none; ' +
          'annotations.UserTrait.profile["a.b"] none → "c"; ' +
          'annotations.UserTrait.profile.title none → "CTO"; profile["a.b"] none → "c"; profile.title none → "CTO"',
        "unexplained: resource user:bob only theirs",
        "unexplained: entitlement team:t2:member only ours",
        "unexplained: grant club:C1:member:user:bob only theirs",
        "unexplained: grant role:member:held:user:bob only theirs",
        "unexplained: grant team:t1:member:user:ada only theirs",
        "unexplained: grant team:t2:member:user:ada only ours",
      ])
      assert.deepStrictEqual(records.resource, { theirs: 10, ours: 10, both: 9, same: 8 })
    }),
  )

  it.effect("are told once of a resource that differs, and not again where others have a copy of it", () =>
    Effect.gen(function* () {
      const theirs = yield* ofWorld(ada)
      const { lines } = yield* parityOf(theirs, yield* ofWorld({ ...ada, teams: { t1: "Web team" } }))
      assert.deepStrictEqual(lines, [
        'unexplained: resource team:t1; displayName "Web" → "Web team"; description "Web" → "Web team"',
        'unexplained: entitlement team:t1:member; description "Lets one be member of Web" → "Lets one be member of Web team"',
      ])
    }),
  )

  it.effect("are explained by the first known difference that applies, each value by itself", () =>
    Effect.gen(function* () {
      const theirs = yield* ofWorld(ada)
      const ours = yield* ofWorld({
        people: {
          ada: { name: "Ada", profile: { title: "CTO" }, teams: ["t1"] },
          bob: {},
          cy: { profile: { from: "x" } },
        },
        teams: ada.teams,
      })
      const known = [
        difference("titles", { kind: "resource", resourceType: "user", path: "*profile.title", only: "ours" }),
        difference("never", { kind: "resource", path: "displayName", theirs: "other" }),
        difference("names", { kind: "resource", resourceType: "user", path: "displayName", theirs: "ada" }),
        difference("without", { kind: "resource", resourceType: "user", only: "ours", without: "profile.from" }),
        difference("all", { kind: "resource", resourceType: "user", only: "ours", otherHasNone: true }),
        difference("club", { kind: "grant", resourceType: "club", only: "ours" }),
      ]
      const { lines, counts } = yield* parityOf(theirs, ours, known)
      assert.deepStrictEqual(lines, [
        "unexplained: resource user:cy only ours",
        "unexplained: grant role:member:held:user:bob only ours",
        "unexplained: grant role:member:held:user:cy only ours",
        'titles: resource user:ada; annotations.UserTrait.profile.title none → "CTO"; profile.title none → "CTO"',
        'names: resource user:ada; displayName "ada" → "Ada"',
        "without: resource user:bob only ours",
        "club: grant club:C1:member:user:bob only ours",
        "club: grant club:C1:member:user:cy only ours",
      ])
      assert.deepStrictEqual([counts["unexplained"], counts["never"], counts["club"]], [3, 0, 2])
    }),
  )

  it.effect("are not explained where ours lacks or changes what it is known to add", () =>
    Effect.gen(function* () {
      const titles = difference("titles", { kind: "resource", path: "*profile.title", only: "ours" })
      const withTitle = (title: string) => ofWorld({ people: { ada: { profile: { title } } } })
      const ours = yield* withTitle("CTO")
      const counts = Effect.fnUntraced(function* (theirs: string, mine: string) {
        const parity = yield* parityOf(theirs, mine, [titles])
        return [parity.counts["unexplained"], parity.counts["titles"]]
      })
      assert.deepStrictEqual(yield* counts(yield* ofWorld({ people: { ada: {} } }), ours), [0, 1])
      assert.deepStrictEqual(yield* counts(yield* withTitle("CEO"), ours), [1, 0])
      assert.deepStrictEqual(yield* counts(ours, yield* ofWorld({ people: { ada: {} } })), [1, 0])
    }),
  )

  it.effect("may lack all resources of a type, which is explained where that is known", () =>
    Effect.gen(function* () {
      const theirs = yield* forged({ resources: { "team:web": "Web" } })
      const ours = yield* ofWorld({ people: { ada: {} }, teams: { web: "Web" } })
      const known = [difference("all", { kind: "resource", resourceType: "user", only: "ours", otherHasNone: true })]
      const { counts } = yield* parityOf(theirs, ours, known)
      assert.strictEqual(counts["all"], 1)
    }),
  )

  it.effect("differ in what our sync did not read, as it says itself", () =>
    Effect.gen(function* () {
      const gap: Coverage = {
        resourceType: "team",
        state: "skipped",
        gaps: [{ resourceType: "team", missing: "teams", reason: "scope", explanation: "The token lacks it." }],
      }
      const theirs = yield* ofWorld(ada)
      const ours = yield* ofWorld({ people: { ada: {} }, coverage: [...whole("club", "user", "role"), gap] })
      const { lines, gaps } = yield* parityOf(theirs, ours)
      assert.deepStrictEqual(lines, [
        "not-read: resource team:t1 only theirs",
        "not-read: entitlement team:t1:member only theirs",
        "not-read: grant team:t1:member:user:ada only theirs",
      ])
      assert.deepStrictEqual(gaps, ["teams. The token lacks it."])
    }),
  )

  it.effect("differ in what a grant says beside its ids: sources, and what makes it expandable", () =>
    Effect.gen(function* () {
      const grant = { entitlement: "team:web:member", principal: "user:ada" }
      const plain = { resources: { "team:web": "Web", "user:ada": "Ada" } }
      const theirs = yield* forged({ ...plain, grants: [grant, { ...grant, principal: "user:bob" }] })
      const more = { ...grant, expandsFrom: ["team:all:member"], sources: ["team:all:member"] }
      const ours = yield* forged({ ...plain, grants: [more, { ...grant, principal: "user:bob" }] })
      const { lines, records } = yield* parityOf(theirs, ours)
      assert.deepStrictEqual(lines, [
        "unexplained: grant team:web:member:user:ada; " +
          'annotations.GrantExpandable.entitlementIds none → ["team:all:member"]; ' +
          'sources.sources["team:all:member"] none → {}',
      ])
      assert.deepStrictEqual(records.grant, { theirs: 2, ours: 2, both: 2, same: 1 })
    }),
  )

  it.effect("are not compared where a record is damaged: the file is named, and nothing is said of the rest", () =>
    Effect.gen(function* () {
      const theirs = damaged(yield* forged({ resources: { "user:ada": "Ada" } }))
      const failure = yield* Effect.flip(parityOf(theirs, yield* ofWorld(ada)))
      assert.deepInclude(failure, { _tag: "StoreError", reason: "Unreadable" })
      assert.match(failure.message, /cannot be read: its table v1_resources has a damaged record/)
    }),
  )

  it.effect("are not compared where a sync has not finished, or is of another workspace", () =>
    Effect.gen(function* () {
      const open = yield* forged({ finished: false })
      const ours = yield* ofWorld(ada)
      const { message } = yield* Effect.flip(parityOf(open, ours))
      assert.match(message, /^The other sync 1abc has not finished/)
      const other = yield* Effect.flip(parityOf(yield* ofWorld({ ...ada, tenant: "C2" }), ours))
      assert.match(other.message, /different workspaces/)
    }),
  )
})
