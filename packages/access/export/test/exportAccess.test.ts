// What an export holds, and where it is written.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { openAccess } from "@rollcall/access"
import type { Gap } from "@rollcall/connector"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Exit, Fiber } from "effect"
import type { ExportFormat } from "../src/index.ts"
import { exportAccess } from "../src/index.ts"
import type { Office } from "./office.ts"
import { openOffice } from "./office.ts"

/** Rows of an exported table, as objects. */
const exported = Effect.fnUntraced(function* (office: Office, table: string) {
  const folder = yield* scratchFolder("export")
  const out = join(folder, "out.db")
  yield* exportAccess(yield* openOffice(folder, office), { format: "sqlite", out })
  const database = new DatabaseSync(out, { readOnly: true })
  const rows = database
    .prepare(`select * from ${table} order by ${table.startsWith("accounts") ? "id" : "rowid"}`)
    .all()
  database.close()
  return rows
})

const gapOf = (more: Partial<Gap>): Gap => ({
  resourceType: "user",
  missing: "something",
  reason: "scope",
  explanation: "It is not shown.",
  ...more,
})

describe("the table of accounts", () => {
  it.live("has what is known of each, and the keys of profiles as columns of their type", () =>
    Effect.gen(function* () {
      const [ada, bob] = yield* exported({}, "accounts_user")
      assert.deepStrictEqual(
        { ...ada },
        {
          id: "ada",
          name: "Ada",
          email: "ada@example.com",
          emails: '["ada@example.com","a@example.com"]',
          status: "enabled",
          kind: "member",
          kinds: '["member"]',
          kind_note: null,
          mfa: "on",
          privileged: "yes",
          privileged_by: '["role:owner:held"]',
          unknown: "[]",
          created_at: "2026-01-02T03:04:05Z",
          parent_type: null,
          parent_id: null,
          parent_name: null,
          profile_employee_number: "00123",
          profile_cost_center: "=1",
          profile_score: -1.5,
          profile_active: 1,
          profile_late: null,
        },
      )
      assert.deepInclude({ ...bob }, { mfa: "off", privileged: "no", email: null, unknown: "[]" })
    }).pipe(Effect.scoped),
  )

  it.live("calls unknown what a gap keeps out, and never no", () =>
    Effect.gen(function* () {
      const gaps = [gapOf({ attributes: ["mfa", "email"] }), gapOf({ resourceType: "role" })]
      const [ada, bob, eve] = yield* exported({ gaps }, "accounts_user")
      assert.deepInclude({ ...ada }, { mfa: "on", privileged: "yes", unknown: "[]" })
      assert.deepInclude({ ...bob }, { mfa: "unknown", privileged: "unknown", email: null, unknown: '["email","mfa"]' })
      assert.deepInclude(
        { ...eve },
        {
          kind: "unknown",
          kinds: "[]",
          kind_note: "not known since it was deactivated",
          mfa: "unknown",
          unknown: '["email","kind","mfa"]',
        },
      )
    }).pipe(Effect.scoped),
  )

  it.live("has texts where values of a key differ, and JSON of the keys that are too many", () =>
    Effect.gen(function* () {
      const account = { accountType: "human" } as const
      const profile = Object.fromEntries(Array.from({ length: 210 }, (_, at) => [`key ${at}`, at]))
      const more = [
        { id: { resourceType: "user", resource: "x" }, account, profile: { ...profile, score: "high" } },
        { id: { resourceType: "user", resource: "y" }, account, profile: { "Key 0": "same name", score: 2 } },
      ]
      const rows = yield* exported({ more }, "accounts_user")
      const [x, y] = rows.slice(-2)
      assert.deepInclude({ ...x }, { profile_key_0: 0, profile_score: "high" })
      assert.deepInclude({ ...y }, { profile_score: "2" })
      const further = JSON.parse(String(x?.["profile_of_further_keys"]))
      assert.deepInclude(further, { "key 99": 99 })
      assert.deepStrictEqual(JSON.parse(String(y?.["profile_of_further_keys"])), { "Key 0": "same name" })
    }).pipe(Effect.scoped),
  )
})

describe("the other tables", () => {
  it.live("tell gaps, the sync, and which columns there are", () =>
    Effect.gen(function* () {
      const gaps = [gapOf({ attributes: ["mfa"], expected: true })]
      const coverage = yield* exported({ gaps }, "coverage")
      assert.deepStrictEqual(
        coverage.map((row) => [
          row["resource_type"],
          row["table_name"],
          row["missing"],
          row["attributes"],
          row["expected"],
        ]),
        [
          ["user", "accounts_user", "something", '["mfa"]', 1],
          ["group", "resources_group", null, "[]", null],
          ["role", "resources_role", null, "[]", null],
        ],
      )
      const [sync] = yield* exported({}, "sync")
      assert.deepInclude({ ...sync }, { type: "full", finished: 1, workspace_id: "O1", connector: "office", grants: 6 })
      const columns = yield* exported({}, "columns")
      const key = columns.find((row) => row["column_name"] === "profile_cost_center")
      assert.deepInclude({ ...key }, { table_name: "accounts_user", type: "text", description: "Cost Center" })
    }).pipe(Effect.scoped),
  )

  it.live("call unknown what files of other programs do not say, and keep names of types apart", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("export")
      const types = ["group", "Group", "../../etc/passwd", 'a"; drop table x; --', "memberships"]
      const file = forgedFile(folder, [
        {
          id: "sync1",
          types,
          resources: Object.fromEntries([...types, "unlisted"].map((type) => [`${type}:1`, `Of ${type}`])),
          entitlements: ["group:1:member", "Group:1:member"],
          grants: [{ entitlement: "group:1:member", principal: "user:gone", sources: ["Group:1:member"] }],
        },
      ])
      const access = yield* openAccess(file)
      const out = join(folder, "out")
      const { tables } = yield* exportAccess(access, { format: "ndjson", out })
      const names = [
        "resources_group",
        "resources_group_2",
        "resources_etc_passwd",
        "resources_a_drop_table_x",
        "resources_memberships",
        "resources_unlisted",
      ]
      assert.deepStrictEqual(
        tables.slice(0, names.length),
        names.map((name) => ({ name, rows: 1 })),
      )
      assert.sameMembers(
        readdirSync(out),
        tables.map(({ name }) => `${name}.ndjson`),
      )
      const linesOf = (table: string) =>
        readFileSync(join(out, `${table}.ndjson`), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
      assert.deepStrictEqual(new Set(linesOf("coverage").map(({ state }) => state)), new Set(["unknown"]))
      assert.deepInclude(linesOf("sync")[0], { workspace_id: "unknown", connector: "unknown" })
      assert.deepInclude(linesOf("memberships")[0], {
        principal_name: "MISSING RESOURCE (user:gone)",
        direct: false,
        through: ["Group:1:member"],
        through_names: ["Of Group"],
      })
      yield* exportAccess(access, { format: "sqlite", out: join(folder, "out.db") })
      yield* exportAccess(access, { format: "xlsx", out: join(folder, "out.xlsx") })
    }).pipe(Effect.scoped),
  )
})

const allFormats: ReadonlyArray<ExportFormat> = ["csv", "xlsx", "sqlite", "ndjson"]
const isFolder = (format: ExportFormat): boolean => format === "csv" || format === "ndjson"

describe.each(allFormats)("an export as %s", (format) => {
  it.live("is this user's alone, and leaves nothing beside it", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("export")
      const access = yield* openOffice(folder)
      const before = readdirSync(folder)
      const out = join(folder, "out")
      yield* exportAccess(access, { format, out })
      assert.strictEqual(statSync(out).mode & 0o777, isFolder(format) ? 0o700 : 0o600)
      for (const name of isFolder(format) ? readdirSync(out) : []) {
        assert.strictEqual(statSync(join(out, name)).mode & 0o777, 0o600)
      }
      assert.sameMembers(readdirSync(folder), [...before, "out"])
    }).pipe(Effect.scoped),
  )

  it.live("replaces one that is there only by force, and through a link what the link leads to", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("export")
      const access = yield* openOffice(folder)
      const out = join(folder, "out")
      symlinkSync(out, join(folder, "link"))
      yield* exportAccess(access, { format, out })
      const made = statSync(out).ino
      const refused = yield* Effect.flip(exportAccess(access, { format, out }))
      assert.deepInclude(refused, { reason: "CannotReplace", kind: "configuration" })
      assert.strictEqual(statSync(out).ino, made)
      yield* exportAccess(access, { format, out: join(folder, "link"), force: true })
      assert.notStrictEqual(statSync(out).ino, made)
      assert.isTrue(statSync(join(folder, "link")).isDirectory() === isFolder(format))
    }).pipe(Effect.scoped),
  )

  it.live(
    "never replaces what is no export: the file that is read, a folder with other things, another kind of thing",
    () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("export")
        const access = yield* openOffice(folder)
        const source = join(folder, "sync.c1z")
        const papers = join(folder, "papers")
        mkdirSync(papers)
        writeFileSync(join(papers, "columns.csv"), "mine")
        writeFileSync(join(papers, "thesis.txt"), "mine")
        const other = join(folder, "other")
        if (isFolder(format)) writeFileSync(other, "mine")
        else mkdirSync(other)
        for (const out of [source, papers, other]) {
          const refused = yield* Effect.flip(exportAccess(access, { format, out, force: true, source }))
          assert.strictEqual(refused.kind, "configuration", out)
        }
        assert.strictEqual(readFileSync(join(papers, "thesis.txt"), "utf8"), "mine")
        assert.isTrue(existsSync(source) && existsSync(other))
      }).pipe(Effect.scoped),
  )

  it.live("stops where it is interrupted in the middle of a table, and leaves nothing", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("export")
      const access = yield* openOffice(folder, { members: 5000 })
      const before = readdirSync(folder)
      const begun = yield* Effect.forkChild(exportAccess(access, { format, out: join(folder, "out") }))
      const turn = Effect.promise(() => new Promise((resolve) => void setImmediate(resolve)))
      yield* Effect.repeat(turn, { until: () => readdirSync(folder).length > before.length })
      yield* turn
      const exit = yield* Effect.exit(Fiber.interrupt(begun))
      assert.isTrue(Exit.isSuccess(exit))
      assert.sameMembers(readdirSync(folder), before)
    }).pipe(Effect.scoped),
  )

  it.live("is not there at all where it cannot be written whole", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("export")
      const access = yield* openOffice(folder)
      const out = join(folder, "out")
      yield* exportAccess(access, { format, out })
      const made = statSync(out).ino
      const before = readdirSync(folder)
      // The copy that is read: its tables are gone when the scope of its file ends.
      const closed = yield* Effect.scoped(openAccess(join(folder, "sync.c1z")))
      yield* Effect.flip(exportAccess(closed, { format, out, force: true }))
      assert.strictEqual(statSync(out).ino, made)
      assert.sameMembers(readdirSync(folder), before)
      const nowhere = yield* Effect.flip(exportAccess(access, { format, out: join(folder, "no", "out") }))
      assert.deepInclude(nowhere, { reason: "NotFound", kind: "configuration" })
      rmSync(out, { recursive: true })
    }).pipe(Effect.scoped),
  )
})
