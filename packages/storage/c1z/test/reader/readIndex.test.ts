// What lists are filtered, sorted and searched by, and how resources are found by name.
import { assert, describe, it } from "@effect/vitest"
import type { ForgedSync } from "@rollcall/test-kit/forged"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import { DatabaseSync } from "node:sqlite"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { ResourceQuery } from "../../src/index.ts"
import { C1zFile } from "../../src/index.ts"

const sync: ForgedSync = {
  id: "sync1",
  types: ["user", "role"],
  resources: {
    "user:u1": "Zoë",
    "user:u2": "ada",
    "user:u3": "Ada Byron",
    "user:u4": "Bot",
    "role:admin": "Admin",
  },
  entitlements: ["role:admin:held", "role:guest:held"],
  grants: [
    { entitlement: "role:admin:held", principal: "user:u2" },
    { entitlement: "role:guest:held", principal: "user:u1" },
    { entitlement: "role:admin:held", principal: "user:ghost" },
    { entitlement: "role:guest:held", principal: "user:u3" },
  ],
}

/** Addresses are made of ids; one guest was only invited yet, whoever holds nothing is of no known kind, and the status of one account is not known. */
const indexOf = Effect.fnUntraced(function* (file: string) {
  const reader = yield* (yield* C1zFile.open(file)).sync()
  let described = 0
  let asked = 0
  const index = reader.readIndex({
    heldOn: ["role"],
    describe: ({ id }, held) => {
      described++
      if (held.length > 0) asked++
      const isAccount = id.resourceType === "user"
      return {
        isAccount,
        emails: isAccount ? [`${id.resource}@Example.com`, "shared@example.com"] : [],
        status: isAccount && id.resource !== "u4" ? "enabled" : undefined,
        kinds: held.includes("role:guest:held") ? (id.resource === "u3" ? ["invited", "guest"] : ["guest"]) : [],
        mfa: held.includes("role:admin:held") ? true : undefined,
        privileged: held.includes("role:admin:held"),
        createdAt: undefined,
      }
    },
  })
  const options = (query: ResourceQuery) => ({ query, index: { reader: index, types: ["user"] } })
  return { reader, index, options, described: () => described, asked: () => asked }
})

const opened = Effect.flatMap(scratchFolder("index"), (folder) => indexOf(forgedFile(folder, [sync])))

const users = Effect.fnUntraced(function* (query: ResourceQuery) {
  const { reader, options } = yield* opened
  const found = yield* Stream.runCollect(reader.resources({ resourceType: "user" }, options(query)))
  return found.map(({ resource }) => resource.id?.resource)
}, Effect.scoped)

describe("a list that is filtered through the read index", () => {
  it.effect.each<readonly [ResourceQuery, ReadonlyArray<string>]>([
    [{ kind: ["guest"] }, ["u1", "u3"]],
    [{ kind: ["invited"] }, ["u3"]],
    [{ kind: ["vite", "gues", "guest\ninvited"] }, []],
    [{ kind: ["unknown"] }, ["u2", "u4"]],
    [{ kind: ["unknown", "invited"] }, ["u2", "u3", "u4"]],
    [{ status: ["enabled"] }, ["u1", "u2", "u3"]],
    [{ status: ["unknown", "enabled"] }, ["u1", "u2", "u3", "u4"]],
    [{ mfa: true }, ["u2"]],
    [{ mfa: false }, []],
    [{ privileged: true }, ["u2"]],
    [{ search: "ADA" }, ["u2", "u3"]],
    [{ search: "zoe\u0308" }, ["u1"]],
    [{ search: "U4@example" }, ["u4"]],
    [{ search: "%" }, []],
    [{ sort: { by: "name", descending: false } }, ["u2", "u3", "u4", "u1"]],
    [{ sort: { by: "kind", descending: true }, limit: 3 }, ["u3", "u1", "u2"]],
    [{ sort: { by: "id", descending: true }, limit: 2 }, ["u4", "u3"]],
    [{ limit: 1 }, ["u1"]],
    [{ kind: ["guest"], search: "byron" }, ["u3"]],
  ])("shows who meets the query, in its order: %j", ([query, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* users(query), [...expected])
    }),
  )

  it.effect("shows grants and principals by what is known of those who hold them", () =>
    Effect.gen(function* () {
      const { reader, options } = yield* opened
      const holders = (query: ResourceQuery) =>
        Effect.map(Stream.runCollect(reader.grants({}, options(query))), (views) =>
          views.map(({ principal }) => principal.id?.resource),
        )
      assert.deepStrictEqual(yield* holders({ kind: ["guest"], sort: { by: "name", descending: false } }), ["u3", "u1"])
      // Whom no list shows is of no known status, and is found by id.
      assert.deepStrictEqual(yield* holders({ status: ["unknown"] }), ["ghost"])
      assert.deepStrictEqual(yield* holders({ search: "GHOST" }), ["ghost"])
      const principals = yield* Stream.runCollect(
        reader.principals({ entitlement: "role:admin:held" }, options({ mfa: true })),
      )
      assert.deepStrictEqual(
        principals.map(({ resource }) => resource.id?.resource),
        ["u2"],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("leaves out grants of entitlements whose ids are like a pattern, in which * alone means something", () =>
    Effect.gen(function* () {
      const { reader, options } = yield* opened
      const left = (without: ReadonlyArray<string>, query: ResourceQuery = {}) =>
        Stream.runCount(reader.grants({ without }, options(query)))
      assert.strictEqual(yield* left(["role:admin:*"]), 2)
      assert.strictEqual(yield* left(["role:admin:held", "*:guest:*"]), 0)
      assert.strictEqual(yield* left(["role:admi?:held", "role:[a]dmin:held", "ROLE:*"]), 4)
      assert.strictEqual(yield* left(["*"]), 0)
      assert.strictEqual(yield* left(["role:admin:*"], { kind: ["guest"], limit: 1 }), 1)
    }).pipe(Effect.scoped),
  )

  it.effect("reads the resources of a type once, and those of other types not at all", () =>
    Effect.gen(function* () {
      const { reader, options, described } = yield* opened
      yield* Stream.runDrain(reader.resources({}, options({ limit: 1 })))
      assert.strictEqual(described(), 0)
      for (const kind of ["guest", "bot"]) yield* Stream.runDrain(reader.resources({}, options({ kind: [kind] })))
      assert.strictEqual(described(), 4)
    }).pipe(Effect.scoped),
  )

  it.effect("looks up what resources hold only where kinds, second factors or privileges are asked for", () =>
    Effect.gen(function* () {
      const { reader, options, asked } = yield* opened
      const ids = (query: ResourceQuery) =>
        Effect.map(Stream.runCollect(reader.resources({}, options(query))), (views) =>
          views.map(({ resource }) => resource.id?.resource),
        )
      assert.deepStrictEqual(yield* ids({ search: "ada" }), ["u2", "u3"])
      assert.deepStrictEqual([(yield* ids({ status: ["enabled"] })).length, asked()], [3, 0])
      assert.deepStrictEqual(yield* ids({ kind: ["guest"] }), ["u1", "u3"])
      assert.deepStrictEqual(yield* ids({ search: "ada", privileged: true }), ["u2"])
      assert.strictEqual(asked(), 3)
    }).pipe(Effect.scoped),
  )

  it.effect("shows what is held, and how many hold something, where that is asked for", () =>
    Effect.gen(function* () {
      const { reader } = yield* opened
      const views = yield* Stream.runCollect(
        reader.resources({}, { heldOn: ["role"], countHolders: new Set(["role"]) }),
      )
      assert.deepStrictEqual(
        views.map(({ held = [], holders }) => [held.map(({ resource }) => resource.displayName).join(), holders]),
        [
          ["MISSING RESOURCE (role:guest)", undefined],
          ["Admin", undefined],
          ["MISSING RESOURCE (role:guest)", undefined],
          ["", undefined],
          ["", 2],
        ],
      )
    }).pipe(Effect.scoped),
  )
})

describe("a resource that is looked up", () => {
  it.effect("is found by its address, its whole name or a part of it, in any case", () =>
    Effect.gen(function* () {
      const { index } = yield* opened
      const found = (by: "email" | "name" | "part", text: string, most = 10, types = ["user", "role"]) =>
        Effect.map(index.find(by, text, { types, most }), (answer) => [
          answer.found.map(({ id }) => id.resource).join(),
          answer.total,
        ])
      assert.deepStrictEqual(yield* found("email", "U3@EXAMPLE.com"), ["u3", 1])
      assert.deepStrictEqual(yield* found("email", "3@example.com"), ["", 0])
      assert.deepStrictEqual(yield* found("email", "shared@example.com", 2), ["u2,u3", 4])
      assert.deepStrictEqual(yield* found("name", "ADA"), ["u2", 1])
      assert.deepStrictEqual(yield* found("part", "ad"), ["u2,u3,admin", 3])
      assert.deepStrictEqual(yield* found("part", "ad", 10, ["role"]), ["admin", 1])
    }).pipe(Effect.scoped),
  )

  it.effect("is counted among those whose attributes are known", () =>
    Effect.gen(function* () {
      const { index } = yield* opened
      assert.deepStrictEqual(yield* index.known(["user", "role"], true), { accounts: 4, status: 3, kind: 2, mfa: 1 })
    }).pipe(Effect.scoped),
  )
})

/** The file after SQL has been run on the database in it. */
const tampered = (file: string, folder: string, sql: string): string => {
  const database = join(folder, "tampered.db")
  writeFileSync(database, zstdDecompressSync(readFileSync(file).subarray(5)))
  const open = new DatabaseSync(database)
  open.exec(sql)
  open.close()
  writeFileSync(file, Buffer.concat([Buffer.from("C1ZF\0"), zstdCompressSync(readFileSync(database))]))
  return file
}

describe("the read index of a file from untrusted hands", () => {
  it.effect("is out of reach of tables, views and triggers that have its name", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("index")
      const file = tampered(
        forgedFile(folder, [sync]),
        folder,
        `create table resources (row integer primary key, type text); create table opened (at text);
         create trigger emptied after insert on resources begin delete from v1_grants; end`,
      )
      const { reader, options } = yield* indexOf(file)
      assert.strictEqual(yield* Stream.runCount(reader.grants({}, options({ kind: ["guest"] }))), 2)
      assert.strictEqual(yield* Stream.runCount(reader.grants()), 4)
    }).pipe(Effect.scoped),
  )

  it.effect("takes an id that is listed twice once, so that no grant is shown twice", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("index")
      const file = tampered(
        forgedFile(folder, [sync]),
        folder,
        "insert into v1_resources (resource_type_id, external_id, data, sync_id) select resource_type_id, external_id, data, sync_id from v1_resources",
      )
      const { reader, options } = yield* indexOf(file)
      assert.strictEqual(yield* Stream.runCount(reader.grants({}, options({ kind: ["guest"] }))), 2)
    }).pipe(Effect.scoped),
  )
})
