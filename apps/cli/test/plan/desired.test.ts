// The desired state through the whole command: written from a sync, edited, planned and applied.
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { Plan } from "@rollcall/plan"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { businessPlusWorld, membership, outcomesOf } from "../wholeStack/businessPlus.ts"

const synced = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const town = yield* businessPlusWorld(options)
  const folder = yield* scratchFolder("plan")
  const [file, out] = [join(folder, "access.yaml"), join(folder, "plan.json")]
  const largest = town
    .groups()
    .toSorted((a, b) => b.members.length - a.members.length)
    .find(({ group }) => town.outside(group, 1).length > 0)
  const group = largest?.group ?? ""
  const sync = yield* town.run(["sync", "-q"])
  assert.strictEqual(sync.code, 0, sync.stderr)
  const init = (...args: ReadonlyArray<string>) => town.run(["plan", "--init", ...args])
  const plan = (...args: ReadonlyArray<string>) => town.run(["plan", "--desired", file, "-o", "json", "-q", ...args])
  const edit = (change: (text: string) => string) => writeFileSync(file, change(readFileSync(file, "utf8")))
  return { ...town, file, out, group, init, plan, edit }
})

describe("a desired state", () => {
  it.live("is written from a sync, and then there is nothing to do; two lines are edited, planned and applied", () =>
    Effect.gen(function* () {
      const { run, init, plan, edit, file, out, group, groups, membersOf, outside } = yield* synced()
      const written = yield* init("--out", file)
      assert.strictEqual(written.code, 0, written.stderr)
      assert.match(written.stderr, new RegExp(`Wrote .+access\\.yaml: ${groups().length} entitlements`, "u"))
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      const same = yield* plan("--exit-code")
      assert.strictEqual(same.code, 0, same.stderr)
      const before = membersOf(group)
      const [leaver = ""] = before
      const [joiner = ""] = outside(group, 1)
      edit((text) => {
        const at = text.indexOf(membership(group))
        return text.slice(0, at) + text.slice(at).replace(`- "${leaver}"`, `- ${joiner}`)
      })
      const changed = yield* plan("--exit-code", "--out", out)
      assert.strictEqual(changed.code, 2, changed.stderr)
      const { changes, members }: Plan = JSON.parse(changed.stdout)
      assert.deepStrictEqual(
        changes.map((change) => [change._tag === "Change" && change.intent, change.principal?.resource]),
        [
          ["grant", joiner],
          ["revoke", leaver],
        ],
      )
      assert.lengthOf(members[membership(group)] ?? [], before.length)
      const applied = yield* run(["apply", out, "--yes"])
      assert.strictEqual(applied.code, 0, applied.stderr)
      assert.deepStrictEqual(outcomesOf(applied.stdout), ["changed", "changed"])
      assert.deepStrictEqual(
        membersOf(group).toSorted(),
        [...before.filter((who) => who !== leaver), joiner].toSorted(),
      )
      assert.strictEqual((yield* plan("--exit-code")).code, 0)
    }),
  )

  it.live("of one group is written where it is named, to the standard output by default", () =>
    Effect.gen(function* () {
      const { init, group, run } = yield* synced()
      const one = yield* init("-e", membership(group))
      assert.strictEqual(one.code, 0, one.stderr)
      assert.deepStrictEqual(
        [...one.stdout.matchAll(/id: "(.+)"/gu)].map(([, id]) => id),
        [membership(group)],
      )
      const { stdout } = yield* run(["resources", "-t", "workspaceRole", "--columns", "id"])
      const role: string = JSON.parse(stdout.split("\n")[0] ?? "").id
      for (const [args, code, says] of [
        [["-r", role], 64, /nothing of the kind that can be granted/u],
        [["-r", group, "-e", membership(group)], 64, /Leave one of them out/u],
        [["--grants", "x.csv"], 64, /takes no lists/u],
      ] as const) {
        const ended = yield* init(...args)
        assert.strictEqual(ended.code, code, ended.stderr)
        assert.match(ended.stderr, says)
      }
      const outside = yield* run(["plan", "--grants", "x.csv", "-e", membership(group)])
      assert.strictEqual(outside.code, 64)
    }),
  )

  it.live("ends with 65 for a group that is not there or is called otherwise, and for names that nobody has", () =>
    Effect.gen(function* () {
      const { plan, file, group } = yield* synced()
      const entry = (id: string, more: string) => `entitlements:\n  - id: ${id}\n    ${more}\n`
      for (const [text, says] of [
        [
          entry("group:S0NOTHERE:member", "mode: only\n    members: [U1]"),
          /There is no IdP group S0NOTHERE\. Nothing was planned/u,
        ],
        [
          entry(membership(group), "mode: at-least\n    name: Another\n    members: []"),
          /is called .+, and not Another\. Nothing was planned/u,
        ],
        [
          entry(membership(group), "mode: only\n    members: [nobody@example.com]"),
          /nobody@example\.com: no user has this address or id/u,
        ],
        [entry(membership(group), "mode: only\n    members: []"), /line 4: nobody would be left/u],
        [
          entry(`group:${group}:membr`, "mode: only\n    members: [U1]"),
          /line 2: There is no entitlement group:\w+:membr to grant/u,
        ],
      ] as const) {
        writeFileSync(file, text)
        const ended = yield* plan()
        assert.strictEqual(ended.code, 65, ended.stderr)
        assert.match(ended.stderr, says)
        assert.strictEqual(ended.stdout, "")
      }
    }),
  )

  it.live("of a group that Slack refuses to show ends with 77, and nothing is planned", () =>
    Effect.gen(function* () {
      const { plan, init, file, out } = yield* synced({
        faults: [
          { method: "scim.groups.get", times: "always", fault: { kind: "error", error: "token_revoked", status: 401 } },
        ],
      })
      yield* init("--out", file)
      const ended = yield* plan("--out", out)
      assert.strictEqual(ended.code, 77, ended.stderr)
      assert.isUndefined(statSync(out, { throwIfNoEntry: false }))
    }),
  )
})

describe("a desired state of a group that is read in part", () => {
  it.live("ends with 75 under only, since others may be there, and is planned under at-least", () =>
    Effect.gen(function* () {
      const { init, plan, edit, file, group, membersOf, slack } = yield* synced()
      yield* init("-e", membership(group), "--out", file)
      const members = [...membersOf(group).map((value) => ({ value })), { odd: true }]
      const body = { schemas: [], id: group, displayName: "In part", members }
      slack.addFaults([{ method: "scim.groups.get", times: "always", fault: { kind: "wrongShape", body } }])
      edit((text) => text.replace(/name: .+/u, 'name: "In part"'))
      const whole = yield* plan()
      assert.strictEqual(whole.code, 75, whole.stderr)
      assert.match(whole.stderr, /Some holders of In part could not be read, .+ Nothing was planned\./u)
      assert.strictEqual(whole.stdout, "")
      edit((text) => text.replace("mode: only", "mode: at-least"))
      const { code, stderr } = yield* plan()
      assert.strictEqual(code, 0, stderr)
    }),
  )
})

describe("access for a time", () => {
  it.live(
    "stays what it is: --init and --restore leave it out, a plan names it, and only a grant makes it lasting",
    () =>
      Effect.gen(function* () {
        const { run, groups, outside, init, plan, file, out, list, membersOf } = yield* synced()
        const group = groups().find(({ group: id }) => outside(id, 2).length === 2)?.group ?? ""
        const [who = "", lasting = ""] = outside(group, 2)
        const grant = (person: string) =>
          run(["grant", "-e", membership(group), "--principal", person, "--for", "8h", "--without-worker", "--yes"])
        for (const person of [who, lasting]) assert.strictEqual((yield* grant(person)).code, 0)
        assert.strictEqual((yield* run(["sync", "-q"])).code, 0)
        const written = yield* init("-e", membership(group), "--out", file)
        assert.include(written.stderr, `note: Held for a time, and left out`)
        assert.include(written.stderr, `user:${who} in ${membership(group)} (until `)
        assert.notInclude(readFileSync(file, "utf8"), who)
        const planned = yield* plan("--exit-code")
        assert.strictEqual(planned.code, 0, planned.stderr)
        const { lent = [] }: Plan = JSON.parse(planned.stdout)
        assert.sameMembers(
          lent.map(({ subject }) => subject.principal.resource),
          [who, lasting],
        )
        const drift = yield* run(["drift", "--desired", file, "--exit-code", "-o", "table"])
        assert.strictEqual(drift.code, 0, drift.stdout)
        assert.match(drift.stdout, /Held for a time, and left as it is/u)

        const kept = yield* run([
          "plan",
          "--grants",
          list([`${membership(group)},${lasting}`]),
          "-o",
          "table",
          "--out",
          out,
        ])
        assert.match(kept.stdout, /\+ .+holds it until .+, and without an end from now on/u)
        const applied = yield* run(["apply", out, "--yes"])
        assert.strictEqual(applied.code, 0, applied.stderr)
        assert.deepStrictEqual(outcomesOf(applied.stdout), ["changed"])
        const leases = yield* run(["leases", "list", "--all"])
        const closedAs = new Map(
          leases.stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
            .map(({ principal, closedAs: as, id }) => [principal, { as, id }]),
        )
        assert.strictEqual(closedAs.get(`user:${lasting}`)?.as, "made lasting")
        const ended = yield* run(["leases", "end", closedAs.get(`user:${who}`)?.id ?? "", "--yes"])
        assert.strictEqual(ended.code, 0, ended.stderr)
        yield* run(["revoke", "-e", membership(group), "--principal", lasting, "--yes"])
        const restored = yield* run(["plan", "--restore", "latest", "-e", membership(group), "-o", "json"])
        const { changes, notes }: Plan = JSON.parse(restored.stdout)
        assert.deepStrictEqual(
          changes.map(({ principal }) => principal?.resource),
          [lasting],
        )
        assert.match(notes?.join() ?? "", new RegExp(`Held for a time, and not restored: user:${who} in `, "u"))
        assert.notInclude(membersOf(group), who)
      }),
  )
})

describe("a restoration", () => {
  it.live("adds what was lost since a sync, removes nothing, and names who is deactivated since", () =>
    Effect.gen(function* () {
      const { run, group, out, membersOf, outside } = yield* synced()
      const before = membersOf(group)
      const [first = "", second = "", third = ""] = before
      const [newcomer = ""] = outside(group, 1)
      for (const who of [first, second]) yield* run(["revoke", "-e", membership(group), "--principal", who, "--yes"])
      yield* run(["grant", "-e", membership(group), "--principal", newcomer, "--yes"])
      yield* run(["actions", "run", "disable_user", "--user-id", second, "--yes"])
      const restore = ["plan", "--restore", "latest", "-o", "json", "--out", out]
      const planned = yield* run([...restore, "--exit-code"])
      assert.strictEqual(planned.code, 2, planned.stderr)
      const { changes, blocked }: Plan = JSON.parse(planned.stdout)
      assert.deepStrictEqual(
        changes.map((change) => [change._tag === "Change" && change.intent, change.principal?.resource]),
        [["grant", first]],
      )
      assert.isTrue(
        blocked.some(({ change, why }) => change.principal?.resource === second && /deactivated/u.test(why)),
      )
      const applied = yield* run(["apply", out, "--yes"])
      assert.strictEqual(applied.code, 0, applied.stderr)
      assert.includeMembers([...membersOf(group)], [first, third, newcomer])
      const again = yield* run([...restore, "--force", "--exit-code", "-e", membership(group)])
      assert.strictEqual(again.code, 0, again.stderr)
    }),
  )

  it.live("names in the plan what is gone, in every form of it", () =>
    Effect.gen(function* () {
      const { run, group, out, slack } = yield* synced()
      const headers = { authorization: `Bearer ${slack.userToken}` }
      yield* Effect.promise(() => fetch(`${slack.scimUrl}v2/Groups/${group}`, { method: "DELETE", headers }))
      const gone = `Gone since, and not restored: ${membership(group)}`
      const json = yield* run(["plan", "--restore", "latest", "-o", "json", "--out", out])
      assert.strictEqual(json.code, 0, json.stderr)
      const { notes }: Plan = JSON.parse(json.stdout)
      assert.deepStrictEqual(notes, [gone])
      for (const [format, shown] of [
        ["table", `\nNotes\n  ${gone}.\n`],
        ["markdown", `\n## Notes\n\n- ${gone}.\n`],
      ] as const) {
        const { stdout } = yield* run(["plan", "--refresh", out, "-o", format], { environment: { COLUMNS: "500" } })
        assert.include(stdout, shown)
      }
    }),
  )

  it.live("names in the plan what the sync did not read, and restores the rest", () =>
    Effect.gen(function* () {
      const { run, group, membersOf } = yield* synced({
        faults: [{ method: "scim.groups.list", fault: { kind: "malformedRecord" } }],
      })
      const [lost = ""] = membersOf(group)
      yield* run(["revoke", "-e", membership(group), "--principal", lost, "--yes"])
      const { code, stdout, stderr } = yield* run(["plan", "--restore", "latest", "-o", "json"])
      assert.strictEqual(code, 0, stderr)
      const { notes, changes }: Plan = JSON.parse(stdout)
      assert.lengthOf(notes ?? [], 1)
      assert.match(notes?.[0] ?? "", /^The sync lacks IDP Group .+, which cannot be restored from it: \S.*[^.]$/u)
      assert.deepStrictEqual(
        changes.map(({ principal }) => principal?.resource),
        [lost],
      )
    }),
  )

  it.live("names the connector that the sync is of where another is used, and how to choose it", () =>
    Effect.gen(function* () {
      const { run, group } = yield* synced()
      const pro = { BATON_CONNECTOR: "slack-pro" }
      assert.strictEqual((yield* run(["sync", "-q"], { environment: pro })).code, 0)
      const { code, stdout, stderr } = yield* run(["plan", "--restore", "latest", "-e", membership(group)])
      assert.deepStrictEqual([code, stdout], [65, ""], stderr)
      assert.match(stderr, /The sync was made with the connector slack-pro, and this is .+ \(slack-business-plus\)\./u)
      assert.match(
        stderr,
        /--connector slack-pro and a token that it takes, or name another sync of slack-business-plus/u,
      )
    }),
  )

  it.live("is refused with the sync of another workspace, and of a sync that is not there", () =>
    Effect.gen(function* () {
      const { environment } = yield* synced()
      const elsewhere = yield* businessPlusWorld({ seed: 2 })
      const file = { BATON_FILE: environment.BATON_FILE }
      const foreign = yield* elsewhere.run(["plan", "--restore", "latest"], { environment: file })
      assert.strictEqual(foreign.code, 65)
      assert.match(foreign.stderr, /The sync is of .+, and the token opens/u)
      const missing = yield* elsewhere.run(["plan", "--restore", "2001-01-01"], { environment: file })
      assert.strictEqual(missing.code, 64, missing.stderr)
    }),
  )
})
