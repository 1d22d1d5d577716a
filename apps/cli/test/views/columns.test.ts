// Which columns the views show, and which records in which order.
import { assert, describe, it } from "@effect/vitest"
import {
  accessListing,
  entitlementListing,
  entitlementSortKeys,
  grantListing,
  resourceListing,
  resourceTypeListing,
  sortKeys,
  syncListing,
} from "@rollcall/access"
import { keyOf } from "@rollcall/access/render"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import stringWidth from "string-width"
import { columnsOf, entitlementSortWords, sortWords } from "../../src/commands/listFlags.ts"
import { runInProcess } from "../inProcess.ts"
import { runRollcall } from "../runRollcall.ts"

const fixtures = fileURLToPath(new URL("../../../../../shared/fixtures/", import.meta.url))
const pro = join(fixtures, "oracle/pro.c1z")
const expanded = join(fixtures, "c1z/v1-expanded.c1z")

const lines = (text: string) => text.trimEnd().split(/\r?\n/)
const outOf = Effect.fnUntraced(function* (file: string, ...args: ReadonlyArray<string>) {
  const { code, out, err } = yield* runInProcess([...args, "-f", file])
  assert.strictEqual(code, 0, err)
  return { out, err, lines: lines(out) }
})
const refused = Effect.fnUntraced(function* (file: string, ...args: ReadonlyArray<string>) {
  const { code, out, err } = yield* runInProcess([...args, "-f", file])
  assert.strictEqual(out, "")
  return [code, err] as const
})

it("help names the columns that the listings have, and what they can be sorted by", () => {
  const keys = (listing: { readonly columns: ReadonlyArray<Parameters<typeof keyOf>[0]> }) => listing.columns.map(keyOf)
  assert.deepStrictEqual(keys(resourceTypeListing), [...columnsOf["resource-types"]])
  assert.deepStrictEqual(keys(resourceListing("both")), [...columnsOf.resources])
  assert.deepStrictEqual(keys(entitlementListing), [...columnsOf.entitlements])
  // When something ends is not in the file: it is added where the store of leases is looked into.
  assert.deepStrictEqual([...keys(grantListing), "ends", "endsBy"], [...columnsOf.grants])
  assert.deepStrictEqual(
    [...keys(accessListing({ resourceType: "", resource: "" })), "ends", "endsBy"],
    [...columnsOf.access],
  )
  assert.deepStrictEqual(keys(syncListing), [...columnsOf.syncs])
  assert.deepStrictEqual([...sortKeys], [...sortWords])
  assert.deepStrictEqual([...entitlementSortKeys], [...entitlementSortWords])
})

describe.skipIf(!existsSync(pro))("the columns of a view (needs the fixtures beside the project)", () => {
  it.live("show of accounts what a reviewer asks, and of groups and roles how many hold something there", () =>
    Effect.gen(function* () {
      const accounts = yield* outOf(pro, "resources", "-t", "user", "-o", "csv")
      assert.strictEqual(
        accounts.lines[0],
        "ID,Display Name,Resource Type,Parent Resource,Email,Status,Kind,Roles,2FA,Created",
      )
      assert.include(
        accounts.out,
        "multi.guest@example.com,enabled,guest (several channels),Multi Channel Guest,unknown",
      )
      assert.include(accounts.out, "gone@example.com,deleted,not known since it was deactivated,-,unknown")
      const groups = yield* outOf(pro, "resources", "-t", "userGroup", "--columns", "name,members", "-o", "csv")
      assert.deepStrictEqual(groups.lines, [
        "Display Name,Members",
        "Engineering,4",
        "Empty,0",
        "Everyone – all,17",
        "Ghost member,2",
        "Admins,1",
      ])
    }),
  )

  it.live("show of grants who, what and through what; CSV keeps its first five", () =>
    Effect.gen(function* () {
      const { lines: csv } = yield* outOf(pro, "grants", "-o", "csv")
      assert.strictEqual(
        csv[0],
        "ID,Resource Type,Resource,Entitlement,Principal,Email,Status,Principal ID,Permission,Through",
      )
      const nested = yield* outOf(expanded, "grants", "--columns", "principal,resource,through", "-o", "markdown")
      assert.match(nested.out, /\| Group 0000010 \| .* \| direct, Group 0000019 \|/)
    }),
  )

  it.live("are those that are named, in their order, as flat objects in JSON of at most 300 bytes a grant", () =>
    Effect.gen(function* () {
      const { lines: records } = yield* outOf(expanded, "grants", "-o", "ndjson", "--columns", "default")
      assert.lengthOf(records, 14_981)
      const sizes = records.map((record) => Buffer.byteLength(record)).toSorted((a, b) => a - b)
      assert.isAtMost(sizes[7490] ?? Infinity, 300)
      const one = yield* outOf(
        pro,
        "grants",
        "-o",
        "json",
        "--columns",
        "Principal_ID,email,through,mfa",
        "--limit",
        "1",
      )
      assert.deepStrictEqual(JSON.parse(one.out), {
        grants: [{ principalId: "U00000002", email: "bob@example.com", through: ["direct"], mfa: null }],
      })
    }),
  )

  it.live("say null of what is not known, and an empty text of what there is none of", () =>
    Effect.gen(function* () {
      const { lines: records } = yield* outOf(pro, "resources", "--columns", "id,email,kind,mfa,roles", "-o", "ndjson")
      const byId = new Map(records.map((record) => [JSON.parse(record).id, JSON.parse(record)]))
      assert.deepStrictEqual(byId.get("U0000000C"), {
        id: "U0000000C",
        email: null,
        kind: "member",
        mfa: null,
        roles: ["Member"],
      })
      assert.deepStrictEqual(byId.get("S00000001"), {
        id: "S00000001",
        email: null,
        kind: null,
        mfa: null,
        roles: null,
      })
    }),
  )

  it.live("are all shown with --wide, and begin with a mark for spreadsheets with --bom", () =>
    Effect.gen(function* () {
      const wide = yield* outOf(pro, "grants", "--wide")
      assert.match(wide.lines[0] ?? "", /^ID +Resource Type .* Entitlement ID +Resource ID +Since +Ends +Ends By$/)
      const marked = yield* outOf(pro, "resources", "-o", "csv", "--bom")
      assert.isTrue(marked.out.startsWith("\ufeffID,Display Name"))
    }),
  )

  it.live("fit 80 cells of a terminal without cutting an id, and say what there is no room for", () =>
    Effect.gen(function* () {
      for (const question of [
        "resources --kind guest",
        "resources --kind admin",
        "grants --status disabled --no-base",
        "principals Admins",
      ]) {
        const { out, err } = yield* runInProcess([...question.split(" "), "-f", pro], { columns: 80 })
        for (const line of lines(out)) assert.isAtMost(stringWidth(line), 80)
        assert.match(out, /\bU0000000[0-9A-F]\b/)
        assert.match(err, /note: The terminal has no room for .*; --wide shows all columns\./)
      }
      const { out } = yield* runInProcess(["entitlements", "-f", pro], { columns: 80 })
      assert.include(out, "workspaceRole:T0EDGE001:single_channel_guest:assigned")
    }),
  )

  it.live.each([
    ["resources --columns nme", 64, "There is no column nme.\nDid you mean name? The columns are id, name, type"],
    ["resources --wide --columns id", 64, "--wide and --columns exclude each other"],
    ["resources --wide -o json", 64, "--wide is for tables, CSV and Markdown"],
    ["resources --bom", 64, "--bom begins CSV, and the results are table"],
    ["resources --sort color", 64, "--sort"],
    ["resources -t userGroup --sort email", 64, "only accounts have an e-mail address"],
    ["resources -t userGroup --sort mfa --kind guest", 64, "only accounts have a kind or a second factor"],
    ["entitlements --sort email", 64, "--sort"],
    ["entitlements --status enabled", 64, "--status"],
    ["resources --limit 0", 64, "--limit"],
    ["resources --columns ,", 64, "--columns"],
  ] as const)("are refused where they make no sense: %s", ([question, code, told]) =>
    Effect.gen(function* () {
      const [ended, err] = yield* refused(pro, ...question.split(" "))
      assert.strictEqual(ended, code)
      assert.include(err, told)
    }),
  )
})

describe.skipIf(!existsSync(pro))("the records of a view (needs the fixtures beside the project)", () => {
  const ids = (file: string, ...question: ReadonlyArray<string>) =>
    Effect.map(outOf(file, ...question, "-o", "csv"), ({ lines: [, ...rows] }) =>
      rows.map((row) => row.split(",")[0] ?? ""),
    )

  it.live.each([
    ["resources --kind guest", ["U00000005", "U00000006", "U00000011"]],
    ["resources --kind admin", ["U00000001", "U00000002", "U00000003"]],
    ["resources --kind bot,invited --sort name:desc", ["U0000000A", "U00000011", "U00000007", "U00000009"]],
    ["resources --kind unknown --status enabled", ["U0000000B"]],
    ["resources --search MULTI.guest@", ["U00000005"]],
    ["resources -t userGroup --search s0000000 --limit 2", ["S00000001", "S00000002"]],
    ["resources --privileged userGroup:*:member --kind guest", ["U00000005", "U00000006", "U00000011"]],
    ["principals Admins", ["U00000002"]],
    ["principals userGroup:S00000001:member --sort id --limit 1", ["U00000001"]],
    ["principals -r Admin --sort name:desc", ["U00000003", "U00000002", "U00000001"]],
    ["entitlements --search single", ["workspaceRole:T0EDGE001:single_channel_guest:assigned"]],
    ["entitlements -r Admin", ["workspaceRole:T0EDGE001:admin:assigned"]],
    ["entitlements -t userGroup -r S00000005", ["userGroup:S00000005:member"]],
    ["entitlements -r ada@example.com", []],
    ["entitlements --sort name --limit 2", ["userGroup:S00000005:member", "userGroup:S00000002:member"]],
    ["entitlements --sort resource:desc --limit 1", ["workspaceRole:T0EDGE001:single_channel_guest:assigned"]],
    ["entitlements --sort permission --search t0edge001:admin", ["workspaceRole:T0EDGE001:admin:assigned"]],
    ["entitlements -t userGroup --sort id:desc --limit 1", ["userGroup:S00000005:member"]],
  ] as const)("are those that are asked for: %s", ([question, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids(pro, ...question.split(" ")), [...expected])
    }),
  )

  it.live("of grants go by who holds them", () =>
    Effect.gen(function* () {
      const { lines: rows } = yield* outOf(pro, "grants", "-t", "userGroup", "--status", "disabled", "-o", "csv")
      assert.deepStrictEqual(
        rows.slice(1).map((row) => row.split(",")[4]),
        ["gone", "oldbot", "gone.guest"],
      )
      const ofAda = yield* outOf(pro, "grants", "--principal", "ADA@example.com", "-t", "User Group", "-o", "csv")
      assert.lengthOf(ofAda.lines, 4)
    }),
  )

  it.live("leave out whom nothing is known of, and say so", () =>
    Effect.gen(function* () {
      const { err } = yield* outOf(pro, "resources", "--kind", "guest")
      assert.strictEqual(err, "note: The kind of 3 accounts is not known, so the list leaves them out.\n")
    }),
  )

  it.live.each([
    [pro, "resources --no-mfa", 77, "The second factor of accounts is not known in this sync"],
    [expanded, "resources --kind guest", 77, "What makes an account of this file a guest is not known"],
    [expanded, "resources --kind admin", 77, "Which entitlements of this file are privileged is not known"],
    [pro, "resources --kind gust", 64, 'No account has the kind "gust". Did you mean guest?'],
    [pro, "resources --status active", 64, "There are enabled, disabled, deleted, unknown."],
    [pro, "resources -t userGroup --kind guest", 64, "Resources of the type userGroup are not accounts"],
    [pro, "entitlements -r Nobody", 64, 'no resource "Nobody"'],
    [pro, "entitlements --kind guest", 64, "Unrecognized flag: --kind"],
    [pro, "access nobody@example.com", 64, 'no account "nobody@example.com"'],
    [
      pro,
      "access guest",
      64,
      '"guest" is part of the names of 4: user:U0000000F (gone.guest, gone.guest@example.com), ',
    ],
    [pro, "access ad", 0, "Primary Owner"],
    [pro, "principals engineerin", 0, "ada"],
    [pro, "principals Enginering", 64, "Did you mean userGroup:S00000001 (Engineering)?"],
    [pro, "access carl", 64, "Did you mean user:U00000003 (carol)?"],
  ] as const)("are refused, or found, by what is known: %s %s", ([file, question, code, told]) =>
    Effect.gen(function* () {
      const ended = yield* runInProcess([...question.split(" "), "-f", file])
      assert.strictEqual(ended.code, code, ended.err)
      assert.include(code === 0 ? ended.out : ended.err, told)
    }),
  )

  it.live("are privileged by the patterns that a reader names, also in files of connectors that are not known", () =>
    Effect.gen(function* () {
      const { lines: rows } = yield* outOf(
        expanded,
        "grants",
        "--privileged",
        "*:owner",
        "--columns",
        "entitlementId",
        "-o",
        "csv",
      )
      assert.isAbove(rows.length, 100)
    }),
  )

  it.live("are the same by a process of its own", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      const { code, out } = yield* runRollcall(["principals", "admins", "-f", pro], { folder })
      assert.strictEqual(code, 0)
      assert.match(out, /^U00000002 +bob +bob@example\.com +enabled +member/mu)
    }).pipe(Effect.scoped),
  )
})

describe("a form that a command does not have", () => {
  it.live("is refused where a flag names it, and gives way to the first with a warning where a variable does", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      const byFlag = yield* runRollcall(["sync", "-o", "csv"], { folder })
      assert.strictEqual(byFlag.code, 64)
      assert.include(byFlag.err, "--output-format must be one of table, json, ndjson.")
      const byVariable = yield* runRollcall(["sync"], { folder, environment: { BATON_OUTPUT_FORMAT: "csv" } })
      assert.include(byVariable.err, "warning: BATON_OUTPUT_FORMAT is csv, which this command does not have")
      // Then there is no token.
      assert.strictEqual(byVariable.code, 78)
      const nonsense = yield* runRollcall(["sync"], { folder, environment: { BATON_OUTPUT_FORMAT: "xml" } })
      assert.strictEqual(nonsense.code, 78)
      assert.include(nonsense.err, "BATON_OUTPUT_FORMAT must be one of")
    }).pipe(Effect.scoped),
  )
})
