// The views on files that other programs wrote.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import stringWidth from "string-width"
import { runInProcess } from "./inProcess.ts"

const fixtures = fileURLToPath(new URL("../../../../shared/fixtures/", import.meta.url))
const pro = join(fixtures, "oracle/pro.c1z")
const expanded = join(fixtures, "c1z/v1-expanded.c1z")
const v3 = join(fixtures, "c1z/v3-pebble.c1z")

const run = (...args: ReadonlyArray<string>) => runInProcess(args)
const outOf = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const { code, out, err } = yield* run(...args)
  assert.strictEqual(code, 0, err)
  return out
})
const lines = (text: string) => text.trimEnd().split(/\r?\n/)

describe("a view of a file that unpacks to gigabytes", () => {
  it.live.each([["grants"], ["stats"], ["access", "ada"], ["diff", "latest", "latest"]])(
    "says so before anything is written: %s",
    (args) =>
      Effect.gen(function* () {
        const file = join(yield* scratchFolder("views"), "large.c1z")
        // The head of a frame that says that two gigabytes follow, and nothing behind it.
        const frame = Buffer.from("28b52ffdc0500000000000000000", "hex")
        frame.writeBigUInt64LE(2_000_000_000n, 6)
        writeFileSync(file, Buffer.concat([Buffer.from("C1ZF\0"), frame]))
        const { code, out, err } = yield* run(...args, "-f", file)
        assert.notStrictEqual(code, 0)
        assert.strictEqual(out, "")
        assert.match(err, /^note: .*large\.c1z is unpacked first, which takes 2,000 MB in .*\.\nerror: /u)
      }).pipe(Effect.scoped),
  )
})

describe.skipIf(!existsSync(pro))(
  "a view of a v1 file (needs the fixtures beside the project)",
  { concurrent: true },
  () => {
    it.live("lists records as tables, each a line", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(lines(yield* outOf("resource-types", "-f", pro)), [
          "ID             Display Name    Traits",
          "user           User            user",
          "workspace      Workspace       group",
          "userGroup      User Group      group",
          "group          IDP Group       group",
          "workspaceRole  Workspace Role  role",
        ])
        const [head, ...groups] = lines(yield* outOf("resources", "-f", pro, "-t", "userGroup"))
        assert.match(head ?? "", /^ID +Display Name +Resource Type +Parent Resource +Members +Created$/)
        assert.strictEqual(groups.length, 5)
        assert.match(groups[0] ?? "", /^S00000001 +Engineering +User Group +Example & Söhne \(Workspace\) +4 +unknown$/)
      }),
    )

    it.live("has the JSON of the Go viewer", () =>
      Effect.gen(function* () {
        const { grants } = JSON.parse(yield* outOf("grants", "-f", pro, "-o", "json"))
        assert.strictEqual(grants.length, 63)
        assert.hasAllKeys(grants[0], ["grant", "entitlement", "resource", "resourceType", "principal"])
        const { entitlements } = JSON.parse(yield* outOf("entitlements", "-f", pro, "-o", "json"))
        assert.strictEqual(entitlements.length, 14)
        assert.hasAllKeys(entitlements[0], ["entitlement", "resource", "resourceType"])
        assert.strictEqual(entitlements[0].entitlement.purpose, "PURPOSE_VALUE_ASSIGNMENT")
        const { resources } = JSON.parse(yield* outOf("resources", "-f", pro, "-t", "workspace", "-o", "json"))
        assert.deepStrictEqual(resources[0].resource.id, { resourceType: "workspace", resource: "T0EDGE001" })
      }),
    )

    it.live("prints one record a line as ndjson, and the same records as CSV and Markdown", () =>
      Effect.gen(function* () {
        const ndjson = lines(yield* outOf("grants", "-f", pro, "-t", "userGroup", "-o", "ndjson"))
        const ids = ndjson.map((line) => JSON.parse(line).grant.id)
        assert.strictEqual(ids.length, 24)
        const csv = lines(yield* outOf("grants", "-f", pro, "-t", "userGroup", "-o", "csv"))
        assert.deepStrictEqual(
          csv.slice(1).map((line) => line.split(",")[0]),
          ids,
        )
        const markdown = lines(yield* outOf("grants", "-f", pro, "-t", "userGroup", "-o", "markdown"))
        assert.strictEqual(markdown.length, 26)
      }),
    )

    it.live("takes its shared flags before the command as well, as the Go viewer does", () =>
      Effect.gen(function* () {
        const behind = yield* outOf("grants", "-t", "userGroup", "-f", pro, "-o", "csv")
        assert.strictEqual(
          yield* outOf("-f", pro, "--output-format=csv", "--quiet", "grants", "-t", "userGroup"),
          behind,
        )
      }),
    )

    it.live("finds grants and principals by resource and by entitlement, a ghost's included", () =>
      Effect.gen(function* () {
        const byResource = yield* outOf("principals", "-f", pro, "-t", "userGroup", "-r", "S00000004", "-o", "csv")
        const byEntitlement = yield* outOf("principals", "-f", pro, "-e", "userGroup:S00000004:member", "-o", "csv")
        assert.strictEqual(byResource, byEntitlement)
        assert.deepStrictEqual(lines(byResource).slice(1), [
          "U0000FFFF,MISSING RESOURCE (user:U0000FFFF),User,-,unknown,unknown,unknown,-,unknown,unknown",
          'U00000001,ada,User,Example & Söhne (Workspace),ada@example.com,enabled,member,"Primary Owner, Owner, Admin, Member",on,unknown',
        ])
        const one = lines(yield* outOf("grants", "-f", pro, "-t", "userGroup", "-r", "S00000004", "-o", "csv"))
        assert.strictEqual(one.length, 3)
      }),
    )

    it.live("shows the access of one principal as a tree, and as the Go viewer's JSON", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(lines(yield* outOf("access", "-f", pro, "-t", "user", "-r", "U0000FFFF")), [
          "MISSING RESOURCE (user:U0000FFFF) (user:U0000FFFF)",
          "  Ghost member (User Group)",
          "    member",
        ])
        const json = JSON.parse(yield* outOf("access", "-f", pro, "-t", "user", "-r", "U00000001", "-o", "json"))
        assert.hasAllKeys(json, ["principal", "access"])
        assert.strictEqual(json.principal.displayName, "ada")
        assert.hasAllKeys(json.access[0], ["resourceType", "resource", "entitlements"])
      }),
    )

    it.live("fits the width of a terminal, whatever the names in it", () =>
      Effect.gen(function* () {
        const { out } = yield* runInProcess(["grants", "-f", pro], { columns: 80 })
        for (const line of lines(out)) assert.isAtMost(stringWidth(line), 80)
      }),
    )

    it.live("says that a principal or a sync is not there", () =>
      Effect.gen(function* () {
        const nobody = yield* run("access", "-f", pro, "-t", "user", "-r", "U404")
        assert.strictEqual(nobody.code, 64)
        assert.match(nobody.err, /shows no resource user:U404/)
        const noSync = yield* run("grants", "-f", pro, "--sync-id", "none")
        assert.strictEqual(noSync.code, 64)
        assert.match(noSync.err, /holds no sync none\.\n`rollcall syncs` lists/)
      }),
    )

    it.live("counts and lists syncs", () =>
      Effect.gen(function* () {
        const stats = JSON.parse(yield* outOf("stats", "-f", pro, "-o", "json"))
        assert.deepStrictEqual(stats.rollcall.totals, { resourceTypes: 5, resources: 32, entitlements: 14, grants: 63 })
        assert.match(yield* outOf("stats", "-f", pro), /Totals +32 resources of 5 types, 14 entitlements, 63 grants/)
        const { syncs } = JSON.parse(yield* outOf("syncs", "-f", expanded, "-o", "json"))
        assert.strictEqual(syncs[0].id, "36zfOAoWMxQdISbixanQCRBiX7E")
        assert.strictEqual(syncs[0].startedAt, "2025-12-17T16:31:25.057185Z")
      }),
    )

    it.live("of a large file ends quietly when its reader has seen enough", () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("cli")
        const script = join(folder, "head.sh")
        const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
        writeFileSync(script, `"$1" "$2" grants -f "$3" -o json | head -n 1; echo "\${PIPESTATUS[0]}"`)
        const { execFile } = yield* Effect.promise(() => import("node:child_process"))
        const [out, err] = yield* Effect.promise(
          () =>
            new Promise<readonly [string, string]>((resolve) =>
              execFile("bash", [script, process.execPath, main, expanded], (_, stdout, stderr) =>
                resolve([stdout, stderr]),
              ),
            ),
        )
        assert.deepStrictEqual(lines(out), ['{"grants":[', "0"])
        assert.strictEqual(err, "")
      }).pipe(Effect.scoped),
    )
  },
)

describe.skipIf(!existsSync(v3))("a v3 file (needs the fixtures beside the project)", () => {
  it.live("is recognised by syncs and stats, and refused by the other views with 65", () =>
    Effect.gen(function* () {
      const syncs = yield* run("syncs", "-f", v3, "-o", "json")
      assert.strictEqual(syncs.code, 0)
      assert.match(syncs.err, /v3 file \(engine pebble2\)/)
      assert.strictEqual(JSON.parse(syncs.out).syncs.length, 1)
      const stats = JSON.parse(yield* outOf("stats", "-f", v3, "-o", "json"))
      assert.strictEqual(stats.rollcall.format, "v3")
      assert.strictEqual(stats.stats.grants, "66601")
      const noSync = yield* run("stats", "-f", v3, "--sync-id", "none")
      assert.strictEqual(noSync.code, 64)
      assert.match(noSync.err, /holds no sync none/)
      const refused = yield* run("resources", "-f", v3)
      assert.strictEqual(refused.code, 65)
      assert.match(refused.err, /v3 file/)
      assert.strictEqual(refused.out, "")
    }),
  )
})

describe("a file that is none", () => {
  it.live("ends with 65 when it is foreign, and with 78 when it is not there", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      writeFileSync(join(folder, "foreign.c1z"), "not a file of ours")
      const foreign = yield* run("stats", "-f", join(folder, "foreign.c1z"))
      assert.strictEqual(foreign.code, 65)
      assert.match(foreign.err, /foreign\.c1z/)
      const missing = yield* run("grants", "-f", join(folder, "missing.c1z"))
      assert.strictEqual(missing.code, 78)
      assert.match(missing.err, /missing\.c1z/)
    }).pipe(Effect.scoped),
  )
})
