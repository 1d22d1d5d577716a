// Pages of lists by name, and that they cost the same in a large sync as in a small one.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { zstdDecompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import type { ForgedSync } from "@rollcall/test-kit/forged"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { Database } from "../../src/reader/Database.ts"
import { mostExamined, PageIndex } from "../../src/reader/PageIndex.ts"
import type { PageQuery } from "../../src/reader/pageQuery.ts"
import { candidates } from "../../src/reader/pageQuery.ts"
import { ReadIndex } from "../../src/reader/ReadIndex.ts"
import { indexGrants, namedTables, Records } from "../../src/reader/Records.ts"
import { grantsWhere } from "../../src/reader/where.ts"
import { tableNames } from "../../src/schema.ts"

const kindsOf = (held: ReadonlyArray<string>, isAccount: boolean): ReadonlyArray<string> => {
  const kinds = ["invited", "guest"].filter((kind) => held.includes(`role:${kind}:held`))
  return kinds.length > 0 || !isAccount ? kinds : ["member"]
}

/** Pages of a forged file; guests hold the role of that name, admins the other. Addresses are made of ids. */
const pagesOf = Effect.fnUntraced(function* (sync: ForgedSync) {
  const folder = yield* scratchFolder("pages")
  const file = forgedFile(folder, [sync])
  const copy = join(folder, "copy.db")
  writeFileSync(copy, zstdDecompressSync(readFileSync(file).subarray(5)))
  const database = yield* Database.open(file, copy, tableNames, join(folder, "index.db"))
  for (const table of namedTables) yield* database.indexForLookups(table)
  indexGrants(database)
  const index = new ReadIndex(database, new Records(database, sync.id), {
    heldOn: ["role"],
    describe: ({ id }, held) => {
      const isAccount = id.resourceType === "user"
      return {
        isAccount,
        emails: isAccount ? [`${id.resource}@Example.com`] : [],
        status: isAccount ? (id.resource.endsWith("7") ? "disabled" : "enabled") : undefined,
        kinds: kindsOf(held, isAccount),
        mfa: undefined,
        privileged: held.includes("role:admin:held"),
        createdAt: undefined,
      }
    },
  })
  const pages = new PageIndex(database, index, sync.id)
  /** The ids of all pages of a list, and how many rows' worth of bytes was read for the page that took most. */
  const walk = Effect.fnUntraced(function* (query: PageQuery) {
    const ids: Array<string> = []
    let [after, most] = [query.after, 0]
    do {
      const before = database.bytesRead
      const page = yield* pages.page({ ...query, after })
      most = Math.max(most, database.bytesRead - before)
      ids.push(...(page?.records ?? []).map(({ resource }) => resource))
      after = page?.next
    } while (after !== undefined)
    return { ids, most }
  })
  return { database, index, pages, walk }
})

const small: ForgedSync = {
  id: "sync1",
  types: ["user", "role", "group"],
  resources: {
    "user:u1": "Zoë",
    "user:u2": "ada",
    "user:u4": "",
    "user:u3": "Ada",
    "user:u7": "Bot",
    "role:admin": "Admin",
    "group:g1": "Bowls",
  },
  grants: [
    { entitlement: "role:admin:held", principal: "user:u2" },
    { entitlement: "role:guest:held", principal: "user:u1" },
    { entitlement: "role:invited:held", principal: "user:u1" },
    { entitlement: "group:g1:member", principal: "user:u1" },
    { entitlement: "group:g1:owner", principal: "user:u1" },
    { entitlement: "group:g1:member", principal: "user:ghost" },
    { entitlement: "group:g1:member", principal: "user:u7" },
    { entitlement: "group:g1:member", principal: "user:u2" },
  ],
}

const g1 = { resourceType: "group", resource: "g1" }

describe("the pages of a list", () => {
  it.effect.each<readonly [Omit<PageQuery, "limit">, ReadonlyArray<string>]>([
    [{}, ["u2", "u3", "admin", "u7", "g1", "u1", "u4"]],
    [{ resourceTypes: ["user"] }, ["u2", "u3", "u7", "u1", "u4"]],
    [{ resourceTypes: ["user"], after: { resourceType: "user", resource: "u3" } }, ["u7", "u1", "u4"]],
    [{ status: ["disabled"] }, ["u7"]],
    [{ status: ["unknown"] }, []],
    [{ kind: ["guest", "admin"] }, ["u2", "u1"]],
    [{ kind: ["invited"] }, ["u1"]],
    [{ kind: ["invited", "guest"] }, ["u1"]],
    [{ privileged: true }, ["u2"]],
    [{ mfa: false }, []],
    [{ search: "BO" }, ["u7", "g1"]],
    [{ search: "u2@example" }, ["u2"]],
    [{ search: "zoe\u0308" }, ["u1"]],
    [{ search: "%" }, []],
    [{ search: 'a"' }, []],
    [{ search: "ada\0" }, []],
    [{ holdersOf: g1 }, ["u2", "u7", "u1", "ghost"]],
    [{ holdersOf: g1, kind: ["guest"] }, ["u1"]],
    [{ holdersOf: g1, status: ["unknown"] }, ["ghost"]],
    [{ holdersOf: g1, search: "gho" }, ["ghost"]],
    [{ holdersOf: { resourceType: "group", resource: "none" } }, []],
  ])("are in the order of names and then of ids, whatever their size: %j", ([query, expected]) =>
    Effect.gen(function* () {
      const { walk } = yield* pagesOf(small)
      for (const limit of [1, 2, 50]) assert.deepStrictEqual((yield* walk({ ...query, limit })).ids, [...expected])
    }).pipe(Effect.scoped),
  )

  it.effect("come with the number of all, each holder once, and with counts by what they have in common", () =>
    Effect.gen(function* () {
      const { pages } = yield* pagesOf(small)
      const total = (query: Omit<PageQuery, "limit">) =>
        Effect.map(pages.page({ ...query, limit: 1 }), (page) => page?.total)
      assert.strictEqual(yield* total({ resourceTypes: ["user"] }), 5)
      assert.strictEqual(yield* total({ kind: ["guest"] }), 1)
      assert.strictEqual(yield* total({ holdersOf: g1 }), 4)
      assert.strictEqual(yield* total({ search: "ada" }), undefined)
      const counts = yield* pages.counts(g1)
      assert.sameDeepMembers(
        counts.map(({ status, kinds, count }) => [status, kinds.join(), count]),
        [
          ["enabled", "member", 1],
          ["disabled", "member", 1],
          ["enabled", "invited,guest", 1],
          [undefined, "", 1],
        ],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("are refused after a resource that the sync does not show", () =>
    Effect.gen(function* () {
      const { pages } = yield* pagesOf(small)
      const after = { resourceType: "user", resource: "u99" }
      assert.isUndefined(yield* pages.page({ after, limit: 1 }))
    }).pipe(Effect.scoped),
  )

  it.effect("are answered at once to several who ask at the same time", () =>
    Effect.gen(function* () {
      const { pages } = yield* pagesOf(small)
      const asked = Array.from({ length: 3 }, () => pages.page({ search: "ada", limit: 5 }))
      const found = yield* Effect.all(asked, { concurrency: "unbounded" })
      assert.deepStrictEqual(
        found.map((page) => page?.records.length),
        [2, 2, 2],
      )
    }).pipe(Effect.scoped),
  )
})

/** So many people of a group, every tenth a guest; some names differ from all others. */
const large = (people: number): ForgedSync => {
  const ids = Array.from({ length: people }, (_, at) => `user:${String(at).padStart(6, "0")}`)
  return {
    id: "sync1",
    types: ["user", "role", "group"],
    resources: {
      ...Object.fromEntries(ids.map((id, at) => [id, at === people - 3 ? "Quentin" : `Person ${at % 97}`])),
      "group:g1": "Everybody",
    },
    grants: ids.flatMap((principal, at) => [
      { entitlement: "group:g1:member", principal },
      ...(at % 10 === 0 ? [{ entitlement: "role:guest:held", principal }] : []),
    ]),
  }
}

const questions: ReadonlyArray<readonly [string, PageQuery]> = [
  ["people", { resourceTypes: ["user"], limit: 20 }],
  ["guests", { kind: ["guest"], limit: 20 }],
  ["enabled guests and others", { kind: ["guest", "member"], status: ["enabled"], limit: 20 }],
  ["members of a group", { holdersOf: g1, limit: 20 }],
  ["guests of a group", { holdersOf: g1, kind: ["guest"], limit: 20 }],
  ["a page in the middle", { resourceTypes: ["user"], after: { resourceType: "user", resource: "000500" }, limit: 20 }],
  ["a rare text", { search: "quentin", limit: 20 }],
  ["a rare text in a group", { search: "quentin", holdersOf: g1, limit: 20 }],
  ["a text that all have", { search: "person", limit: 20 }],
]

describe("a page of a large sync", () => {
  it.effect("reads no more rows than that of one that is a quarter as large, whatever is asked for", () =>
    Effect.gen(function* () {
      const opened = yield* Effect.forEach([mostExamined * 1.25, mostExamined * 5], (people) => pagesOf(large(people)))
      for (const { pages } of opened) yield* pages.prepare()
      for (const [what, query] of questions) {
        const [few = 0, all = 0] = yield* Effect.forEach(opened, ({ database, pages }) =>
          Effect.gen(function* () {
            const before = database.bytesRead
            const page = yield* pages.page(query)
            assert.isAbove(page?.records.length ?? 0, 0, what)
            return database.bytesRead - before
          }),
        )
        assert.isBelow(all / few, 1.1, what)
      }
    }).pipe(Effect.scoped),
  )

  it.effect("finds all that is far down the list, in several pages where a short text has to be looked for", () =>
    Effect.gen(function* () {
      const people = mostExamined * 2
      const { pages, walk } = yield* pagesOf(large(people))
      yield* pages.prepare()
      for (const search of ["qu", "quentin", "uent"]) {
        const { ids, most } = yield* walk({ search, limit: 20 })
        assert.deepStrictEqual(ids, [String(people - 3).padStart(6, "0")])
        assert.isBelow(most, (mostExamined + 10) * 250)
      }
    }).pipe(Effect.scoped),
  )

  it.effect("finds an address among many that have all but one of its characters in common with it", () =>
    Effect.gen(function* () {
      const people = mostExamined * 2
      const { pages, walk } = yield* pagesOf(large(people))
      yield* pages.prepare()
      const id = String(people - 3).padStart(6, "0")
      const { ids, most } = yield* walk({ search: `${id}@EXAMPLE.com`, limit: 20 })
      assert.deepStrictEqual(ids, [id])
      assert.isBelow(most, 100 * 250)
      for (const search of [`${id}@example.co.uk`, '"', 'a" OR "b', "NEAR(a b)", "*", "ÅÄÖ*^-"]) {
        assert.deepStrictEqual((yield* walk({ search, limit: 20 })).ids, [], search)
      }
    }).pipe(Effect.scoped),
  )

  it.effect("is looked up by indexes: nothing is read whole, and nothing is sorted", () =>
    Effect.gen(function* () {
      const { database, index, pages } = yield* pagesOf(large(mostExamined + 1))
      yield* pages.prepare()
      const where = { after: 5, holdersOf: 1, parts: ["que", "uen"], facets: [1, 2, 3] }
      for (const holdersOf of [1, undefined]) {
        for (const by of ["facet", "text", "rank"] as const) {
          const { sql, parameters } = candidates(by, index.table, { ...where, holdersOf })
          const plan = database.all(`explain query plan ${sql}`, ...parameters).map(({ detail }) => String(detail))
          assert.isNotEmpty(plan)
          for (const step of plan) {
            assert.notInclude(step, "TEMP B-TREE")
            // Of the table of texts this is the word for looking up in it.
            assert.notMatch(step, /^SCAN (?!t VIRTUAL TABLE INDEX \d+:(?:>?M|M>?))/u, plan.join("\n"))
          }
        }
      }
    }).pipe(Effect.scoped),
  )

  it.effect("says why a member is in a group by looking up what the member holds, and not who else is in it", () =>
    Effect.gen(function* () {
      const { database } = yield* pagesOf(large(100))
      const resource = { resourceType: "group", resource: "all" }
      const { sql, parameters } = grantsWhere({ resource, principal: { resourceType: "user", resource: "1" } })
      const plan = database.all(`explain query plan select data from v1_grants where ${sql}`, "sync1", ...parameters)
      assert.deepStrictEqual(
        plan.map(({ detail }) => /^SEARCH v1_grants USING INDEX \S+ \((.*)\)$/u.exec(String(detail))?.[1]),
        ["principal_resource_type_id=? AND principal_resource_id=?"],
      )
    }).pipe(Effect.scoped),
  )
})
