// `rollcall plan` and `rollcall apply` through the whole command: real processes, real HTTP, a Slack that keeps state.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer } from "effect"
import type { Plan } from "@rollcall/plan"
import { printPlan } from "../../src/plan/planText.ts"
import { Screen } from "../../src/Screen.ts"
import { businessPlusWorld, membership, outcomesOf } from "../wholeStack/businessPlus.ts"
import { hasTerminals, runOnTerminal } from "../wholeStack/terminal.ts"

/** A workspace, lists of what to change in it, and the command. */
const planned = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const town = yield* businessPlusWorld(options)
  const folder = yield* scratchFolder("plan")
  const bySize = town.groups().toSorted((a, b) => b.members.length - a.members.length)
  const [full, other] = [bySize[0], bySize.at(-1)]
  const group = full?.group ?? ""
  const [leaver = "", stayer = ""] = full?.members ?? []
  const [joiner = "", second = ""] = town.outside(other?.group ?? "", 9).filter((who) => who !== leaver)
  const target = other?.group ?? ""
  const list = (name: string, lines: ReadonlyArray<string>) => {
    const path = join(folder, name)
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""))
    return path
  }
  const out = join(folder, "plan.json")
  const grants = list("grants.csv", ["entitlement,principal,reason", `${membership(target)},${joiner},joins sales`])
  const revocations = list("revocations.csv", [`${membership(group)},${leaver}`])
  const plan = (...args: ReadonlyArray<string>) => town.run(["plan", "-o", "json", "-q", ...args])
  const make = (...args: ReadonlyArray<string>) =>
    Effect.map(plan("--grants", grants, "--revocations", revocations, "--out", out, ...args), (ended) => {
      assert.strictEqual(ended.code, 0, ended.stderr)
      const made: Plan = JSON.parse(ended.stdout)
      return made
    })
  const apply = (args: ReadonlyArray<string> = [], environment: Readonly<Record<string, string>> = {}) =>
    town.run(["apply", out, "--yes", ...args], { environment })
  const patches = () => town.slack.calls()["scim.groups.patch"] ?? 0
  return {
    ...town,
    list,
    group,
    target,
    leaver,
    stayer,
    joiner,
    second,
    out,
    grants,
    revocations,
    plan,
    make,
    apply,
    patches,
  }
})

describe("rollcall plan", () => {
  it.live(
    "says what would happen to whom by names and counts, writes it for this user alone, and changes nothing",
    () =>
      Effect.gen(function* () {
        const { run, list, grants, revocations, leaver, joiner, stayer, target, out, patches, audit } = yield* planned()
        const accounts = list("accounts.csv", ["user_id", stayer])
        const { code, stdout, stderr } = yield* run(
          [
            "plan",
            "--grants",
            grants,
            "--revocations",
            revocations,
            "--action",
            "disable_user",
            "--accounts",
            accounts,
          ].concat(["--ticket", "REQ-7", "--reason", "quarter end", "--out", out, "--exit-code"]),
          { environment: { BATON_OUTPUT_FORMAT: "table" } },
        )
        assert.strictEqual(code, 2, stderr)
        assert.match(
          stdout,
          new RegExp(
            `\\(${membership(target)}\\): 1 to grant\\n {2}\\+ .+ <.+@.+> \\(user:${joiner}\\): (?:.+; )?joins sales`,
            "u",
          ),
        )
        assert.match(stdout, new RegExp(`: 1 to revoke\\n {2}- .+ \\(user:${leaver}\\)`, "u"))
        assert.match(stdout, new RegExp(`Disable User: 1 to Disable User\\n {2}! .+ \\(user:${stayer}\\)`, "u"))
        assert.match(stdout, /reason: quarter end\nticket: REQ-7\n/u)
        assert.match(stdout, /\n1 to grant, 1 to revoke, 1 to Disable User\.\n$/u)
        assert.include(stderr, `Wrote ${out}. \`rollcall apply ${out}\` carries it out.`)
        assert.strictEqual(statSync(out).mode & 0o777, 0o600)
        assert.deepStrictEqual([patches(), audit().length], [0, 0])
        const again = yield* run(["plan", "--grants", grants, "--out", out])
        assert.strictEqual(again.code, 78)
        assert.include(again.stderr, "replace it with --force")
      }),
  )

  it.live("reads each group once and all people at once", () =>
    Effect.gen(function* () {
      const { make, slack } = yield* planned()
      yield* make()
      assert.strictEqual(slack.calls()["scim.groups.get"], 2)
      assert.isAtMost(slack.calls()["users.list"] ?? 0, 1)
    }),
  )

  it.live("names what Slack would refuse, finds by address whom it disables, and leaves out what is so already", () =>
    Effect.gen(function* () {
      const { slack, plan, list, group, stayer, second } = yield* planned()
      const reply = yield* Effect.promise(() =>
        fetch(`${slack.scimUrl}v2/Users/${second}`, { headers: { authorization: `Bearer ${slack.userToken}` } }),
      )
      const address: string = JSON.parse(yield* Effect.promise(() => reply.text())).emails[0].value
      const holdsGuest = /^workspaceRole:[^:]+:(?:multi|single)[^:]*:assigned:user:(?<user>.+)$/u
      const [guest = ""] = [...slack.expected()].flatMap(({ id }) => holdsGuest.exec(id)?.groups?.["user"] ?? [])
      const grants = list(
        "more.csv",
        [stayer, guest].map((who) => `${membership(group)},${who}`),
      )
      const accounts = list("accounts.csv", [address.toUpperCase()])
      const { code, stdout, stderr } = yield* plan(
        "--grants",
        grants,
        "--action",
        "disable_user",
        "--accounts",
        accounts,
      )
      assert.strictEqual(code, 0, stderr)
      const { changes, blocked, unchanged }: Plan = JSON.parse(stdout)
      assert.deepStrictEqual(
        changes.map((change) => change._tag === "Action" && change.values),
        [{ user_id: second }],
      )
      assert.deepStrictEqual(
        blocked.map(({ change, why }) => [change.principal?.resource, /guest/u.test(why)]),
        [[guest, true]],
      )
      assert.strictEqual(unchanged, 1)
    }),
  )

  it.live("ends with 64 or 65 for what cannot be planned, and plans nothing by halves", () =>
    Effect.gen(function* () {
      const { run, list, grants, group, revocations, joiner, target, stayer } = yield* planned()
      const unknown = list("unknown.csv", [`${membership(group)},nobody@example.com`, `${membership(group)},${joiner}`])
      const both = list("both.csv", [`${membership(target)},${joiner}`])
      const mistyped = list("mistyped.csv", [`group:${group}:owner,${joiner}`])
      const accounts = list("accounts.csv", [stayer])
      for (const [args, code, says] of [
        [[], 64, /Nothing is named to plan/u],
        [["--action", "disable_user"], 64, /--action and --accounts must be given together/u],
        [["--action", "promote_user", "--accounts", accounts], 64, /There is no action promote_user/u],
        [["--grants", "-", "--revocations", "-"], 64, /more than one list/u],
        [["--grants", grants, "--refresh", grants], 64, /takes no further lists/u],
        [["--grants", unknown], 65, /nobody@example\.com: no user has this address or id\. Nothing was planned/u],
        [["--grants", both, "--revocations", both], 65, /contradicts itself/u],
        [["--grants", mistyped], 65, /line 1: There is no entitlement/u],
        [["--refresh", revocations], 65, /is no plan/u],
        [["--grants", `${grants}.gone`], 78, /there is no such file/u],
      ] as const) {
        const ended = yield* run(["plan", ...args])
        assert.strictEqual(ended.code, code, ended.stderr)
        assert.match(ended.stderr, says)
        assert.strictEqual(ended.stdout, "")
      }
    }),
  )
})

describe("rollcall apply", () => {
  it.live("makes the changes, each recorded with the plan and its ticket, and a second time does nothing", () =>
    Effect.gen(function* () {
      const { make, apply, run, out, membersOf, group, target, leaver, joiner, audit, patches } = yield* planned()
      const { id } = yield* make("--ticket", "REQ-7", "--reason", "quarter end")
      const first = yield* apply()
      assert.strictEqual(first.code, 0, first.stderr)
      assert.deepStrictEqual(outcomesOf(first.stdout), ["changed", "changed"])
      assert.match(first.stderr, /2 done; recorded in .+audit\.ndjson\./u)
      assert.include(membersOf(target), joiner)
      assert.notInclude(membersOf(group), leaver)
      assert.deepStrictEqual(
        audit().map(({ intent, outcome, planId, ticket, statedReason }) => [
          intent,
          outcome,
          planId,
          ticket,
          statedReason,
        ]),
        [
          ["grant", "begun", id, "REQ-7", "joins sales"],
          ["grant", "changed", id, "REQ-7", "joins sales"],
          ["revoke", "begun", id, "REQ-7", "quarter end"],
          ["revoke", "changed", id, "REQ-7", "quarter end"],
        ],
      )
      const again = yield* apply()
      assert.strictEqual(again.code, 0, again.stderr)
      assert.deepStrictEqual(outcomesOf(again.stdout), ["already", "already"])
      const unasked = yield* run(["apply", out])
      assert.deepStrictEqual([unasked.code, outcomesOf(unasked.stdout)], [0, ["already", "already"]], unasked.stderr)
      assert.include(unasked.stderr, "2 done before")
      assert.strictEqual(patches(), 2)
    }),
  )

  it.live(
    "without --yes and without a terminal says what it would do, changes nothing, and refuses a plan that does not fit",
    () =>
      Effect.gen(function* () {
        const { make, run, out, joiner, leaver, group, patches } = yield* planned()
        yield* make()
        const { code, stdout, stderr } = yield* run(["apply", out])
        assert.strictEqual(code, 0)
        assert.deepStrictEqual(outcomesOf(stdout), ["wouldChange", "wouldChange"])
        assert.match(stderr, /Nothing was changed\. Run again with --yes/u)
        const table = yield* run(["apply", out, "-o", "table"])
        assert.include(table.stdout, `(user:${joiner})`)
        yield* run(["revoke", "-e", membership(group), "--principal", leaver, "--yes"])
        const before = patches()
        const stale = yield* run(["apply", out])
        assert.deepStrictEqual([stale.code, stale.stdout], [64, ""])
        assert.include(stale.stderr, `rollcall plan --refresh ${out} --out ${out} --force`)
        assert.strictEqual(patches(), before)
        const pro = yield* run(["apply", out, "--yes"], { environment: { BATON_BUSINESS_PLUS_TOKEN: "" } })
        assert.strictEqual(pro.code, 77, pro.stderr)
        assert.include(pro.stderr, "BATON_BUSINESS_PLUS_TOKEN")
      }),
  )

  it.live("refuses a plan that does not fit any more, names the pair, and applies it once it is made again", () =>
    Effect.gen(function* () {
      const { make, apply, run, group, leaver, joiner, target, membersOf, out, patches } = yield* planned()
      const { id } = yield* make()
      yield* run(["revoke", "-e", membership(group), "--principal", leaver, "--yes"])
      const before = patches()
      const stale = yield* apply()
      assert.strictEqual(stale.code, 64)
      assert.include(stale.stderr, `${membership(group)} for user:${leaver} is not held already`)
      assert.include(stale.stderr, "rollcall plan --refresh")
      assert.strictEqual(patches(), before)
      const refreshed = yield* run(["plan", "--refresh", out, "--out", out, "--force", "-o", "json"])
      assert.strictEqual(refreshed.code, 0, refreshed.stderr)
      const plan: Plan = JSON.parse(refreshed.stdout)
      assert.notStrictEqual(plan.id, id)
      assert.deepStrictEqual([plan.changes.length, plan.unchanged], [1, 1])
      assert.strictEqual((yield* apply()).code, 0)
      assert.include(membersOf(target), joiner)
    }),
  )

  it.live("refuses a plan that was edited, is of another workspace, is too old, or passes a limit", () =>
    Effect.gen(function* () {
      const { make, apply, run, out, leaver, patches } = yield* planned()
      yield* make()
      const elsewhere = yield* businessPlusWorld({ seed: 2 })
      const foreign = yield* elsewhere.run(["apply", out, "--yes"])
      assert.strictEqual(foreign.code, 65)
      assert.match(foreign.stderr, /The plan is of .+, and the token opens/u)
      for (const [args, environment, code, says] of [
        [[], { BATON_PLAN_MAX_AGE: "30d1s" }, 78, /What a plan has done is known for 30 days.*\n.*30d or less/u],
        [[], { BATON_PLAN_MAX_AGE: "0s" }, 64, /plans may be 0s old.*\n.*plan --refresh/u],
        [["--max-removals", "0"], {}, 64, /1 removals are asked for, and at most 0 .*\n.*--max-removals 1/u],
        [
          ["--max-removals-per-group-per-hour", "0"],
          {},
          64,
          /1 removals .* at most 0 are allowed of group:\w+:member within an hour.*\n.*--max-removals-per-group-per-hour 1/u,
        ],
        [
          [],
          { BATON_MAX_ADDITIONS_PER_GROUP: "0" },
          64,
          /1 additions .* at most 0 are allowed of group:\w+:member in a run.*\n.*--max-additions-per-group 1/u,
        ],
        [[], { BATON_PROTECTED: leaver }, 64, / is protected, .*\n.*BATON_PROTECTED/u],
        [[], { BATON_PLAN_MAX_AGE: "soon" }, 78, /BATON_PLAN_MAX_AGE cannot be used/u],
        [["--wait", "long"], {}, 64, /--wait must be a length of time/u],
      ] as const) {
        const ended = yield* apply(args, environment)
        assert.strictEqual(ended.code, code, ended.stderr)
        assert.match(ended.stderr, says)
      }
      writeFileSync(out, readFileSync(out, "utf8").replaceAll(leaver, "U00000000"))
      const edited = yield* run(["apply", out, "--yes"])
      assert.strictEqual(edited.code, 65)
      assert.match(edited.stderr, /not as it was written: its checksum does not fit/u)
      assert.strictEqual(patches(), 0)
    }),
  )

  it.live("ends with 75 while another apply uses the same store, or waits for it", () =>
    Effect.gen(function* () {
      const { make, apply, start, environment, out, patches } = yield* planned()
      yield* make()
      const other = new DatabaseSync(`${environment["BATON_LEASES"]}.apply`)
      other.exec("pragma locking_mode = exclusive; begin exclusive")
      const busy = yield* apply()
      assert.strictEqual(busy.code, 75)
      assert.match(busy.stderr, /Another process is making changes with the same store.*\n.*--wait 10m/u)
      assert.strictEqual(patches(), 0)
      other.close()
      // A store that is not there yet: it is made just before the first look at whether another apply uses it.
      const store = `${environment["BATON_LEASES"]}.other`
      const holding = new DatabaseSync(`${store}.apply`)
      holding.exec("pragma locking_mode = exclusive; begin exclusive")
      const waiting = start(["apply", out, "--yes", "--wait", "10m"], { environment: { BATON_LEASES: store } })
      yield* Effect.promise(async () => {
        while (!existsSync(store)) await new Promise((resolve) => setTimeout(resolve, 5))
        await new Promise((resolve) => setTimeout(resolve, 200))
      })
      holding.close()
      const { code, stderr } = yield* Effect.promise(() => waiting.ended)
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(patches(), 2)
    }),
  )

  it.live("names the plan that the other applies, and since when", () =>
    Effect.gen(function* () {
      const { make, start, apply, slack, out, patches } = yield* planned({
        faults: [{ method: "scim.groups.patch", fault: { kind: "never" } }],
      })
      const { id } = yield* make()
      const first = start(["apply", out, "--yes"])
      yield* Effect.promise(async () => {
        while ((slack.calls()["scim.groups.patch"] ?? 0) < 1) await new Promise((resolve) => setTimeout(resolve, 5))
      })
      const second = yield* apply()
      assert.deepStrictEqual([second.code, second.stdout, patches()], [75, "", 1], second.stderr)
      assert.match(second.stderr, new RegExp(`with the same store: since 2\\S+Z it applies the plan ${id}\\.`, "u"))
      first.kill("SIGKILL")
      yield* Effect.promise(() => first.ended)
    }),
  )

  it.live("that is killed while a change is on its way goes on where it was, and does nothing twice", () =>
    Effect.gen(function* () {
      const { make, start, apply, slack, out, membersOf, group, target, leaver, joiner, audit } = yield* planned({
        faults: [{ method: "scim.groups.patch", call: 2, fault: { kind: "never" } }],
      })
      yield* make()
      const running = start(["apply", out, "--yes"])
      yield* Effect.promise(async () => {
        while ((slack.calls()["scim.groups.patch"] ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 5))
        running.kill("SIGKILL")
        await running.ended
      })
      const again = yield* apply()
      assert.strictEqual(again.code, 0, again.stderr)
      assert.deepStrictEqual(outcomesOf(again.stdout), ["already", "changed"])
      assert.include(membersOf(target), joiner)
      assert.notInclude(membersOf(group), leaver)
      assert.strictEqual(slack.calls()["scim.groups.patch"], 3)
      assert.deepStrictEqual(
        audit().map(({ intent, outcome }) => `${intent} ${outcome}`),
        ["grant begun", "grant changed", "revoke begun", "revoke unknown", "revoke begun", "revoke changed"],
      )
    }),
  )

  it.live.skipIf(!hasTerminals)("shows the plan at a terminal and asks; a no leaves all as it is", () =>
    Effect.gen(function* () {
      const { make, environment, out, joiner, membersOf, target, patches } = yield* planned()
      yield* make()
      const no = yield* Effect.promise(() => runOnTerminal(["apply", out], environment, [["Proceed?", "n\n"]]))
      assert.strictEqual(no.code, 130, no.shown)
      assert.match(
        no.shown,
        new RegExp(`1 to grant\r\n.+\\(user:${joiner}\\).*\r\n(?:.*\r\n)+Proceed\\? \\[y/N\\]`, "u"),
      )
      assert.match(no.shown, /Nothing was changed\./u)
      assert.strictEqual(patches(), 0)
      const yes = yield* Effect.promise(() => runOnTerminal(["apply", out], environment, [["Proceed?", "y\n"]]))
      assert.strictEqual(yes.code, 0, yes.shown)
      assert.include(membersOf(target), joiner)
    }),
  )

  it.live("whose token is revoked meanwhile ends with 75, and goes on with another token", () =>
    Effect.gen(function* () {
      const fault = { kind: "error", error: "invalid_authentication" } as const
      const { make, apply, slack, membersOf, group, leaver } = yield* planned({
        faults: [{ method: "scim.groups.patch", call: 2, times: "always", fault }],
      })
      yield* make()
      const revoked = yield* apply()
      assert.deepStrictEqual([revoked.code, outcomesOf(revoked.stdout)], [75, ["changed", "failed"]], revoked.stderr)
      slack.clearFaults()
      const again = yield* apply()
      assert.deepStrictEqual([again.code, outcomesOf(again.stdout)], [0, ["already", "changed"]], again.stderr)
      assert.notInclude(membersOf(group), leaver)
    }),
  )

  it.live(
    "whose connection is reset after a write, and whose reads fail after it, ends with 75 and looks first when applied again",
    () =>
      Effect.gen(function* () {
        const { make, apply, slack, audit, membersOf, group, leaver } = yield* planned()
        yield* make()
        slack.addFaults([
          { method: "scim.groups.patch", fault: { kind: "afterEffect", status: "cut" } },
          // The apply reads each of the two groups before it writes.
          { method: "scim.groups.get", call: 3, times: "always", fault: { kind: "error", error: "gone", status: 401 } },
        ])
        const lost = yield* apply()
        assert.deepStrictEqual([lost.code, outcomesOf(lost.stdout)], [75, ["failed", "notTried"]], lost.stderr)
        assert.match(lost.stderr, /reading the outcome failed/u)
        assert.deepStrictEqual(
          audit().map(({ intent, outcome }) => `${intent} ${outcome}`),
          ["grant begun", "grant unknown"],
        )
        slack.clearFaults()
        const again = yield* apply()
        assert.deepStrictEqual([again.code, outcomesOf(again.stdout)], [0, ["already", "changed"]], again.stderr)
        assert.strictEqual(slack.calls()["scim.groups.patch"], 2, "what was made is not sent again")
        assert.deepStrictEqual(
          audit()
            .slice(2)
            .map(({ intent, outcome }) => `${intent} ${outcome}`),
          ["grant already", "revoke begun", "revoke changed"],
        )
        assert.notInclude(membersOf(group), leaver)
      }),
  )

  it.live(
    "that cannot record a change any more, as the disk is full, ends with 74 and goes on once there is room",
    () =>
      Effect.gen(function* () {
        const { make, out, run, apply, auditFile, patches } = yield* planned()
        yield* make("--reason", "a reason that makes each line of the log long ".repeat(8))
        // Room for the two lines of the first change.
        writeFileSync(auditFile, `${" ".repeat(1000 * 1024 - 1200)}\n`, { mode: 0o600 })
        const { code, stdout, stderr } = yield* run(["apply", out, "--yes"], { shell: "ulimit -f 1000;" })
        assert.deepStrictEqual([code, outcomesOf(stdout)], [74, ["changed", "notTried"]], stderr)
        assert.match(stderr, /disk is full: the audit log.*No change begins that cannot be recorded/u)
        assert.strictEqual(patches(), 1)
        const again = yield* apply()
        assert.deepStrictEqual([again.code, outcomesOf(again.stdout)], [0, ["already", "changed"]], again.stderr)
        assert.strictEqual(patches(), 2)
        const outcomes = readFileSync(auditFile, "utf8").matchAll(/"outcome":"(?<outcome>\w+)"/gu)
        assert.deepStrictEqual(
          [...outcomes].map(({ groups }) => groups?.["outcome"]),
          ["begun", "changed", "begun", "changed"],
        )
      }),
  )

  it.live("stops with 75 where others vanish from a group, and the rest is not tried", () =>
    Effect.gen(function* () {
      const { plan, apply, list, slack, groups, patches, membersOf, out, audit } = yield* planned()
      const [first, second] = groups().toSorted((a, b) => b.members.length - a.members.length)
      const left = second?.members[0] ?? ""
      const leavers = list(
        "leavers.csv",
        [first, second].map((entry) => `${membership(entry?.group ?? "")},${entry?.members[0]}`),
      )
      yield* plan("--revocations", leavers, "--out", out)
      const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"]
      const body = { schemas, id: first?.group ?? "", displayName: "All gone", members: [] }
      slack.addFaults([{ method: "scim.groups.patch", times: 1, fault: { kind: "wrongShape", body } }])
      const { code, stdout, stderr } = yield* apply()
      assert.strictEqual(code, 75, stderr)
      assert.deepStrictEqual(outcomesOf(stdout), ["changed", "notTried"])
      assert.match(stderr, /lost .*holders? whom nobody asked to remove/u)
      assert.deepStrictEqual([patches(), membersOf(second?.group ?? "").includes(left)], [1, true])
      assert.deepStrictEqual(
        audit().map(({ outcome }) => outcome),
        ["begun", "changed", "collateral"],
      )
    }),
  )

  it.live("goes on after a change that Slack refuses, and ends with 1", () =>
    Effect.gen(function* () {
      const { make, apply, membersOf, group, leaver } = yield* planned({
        faults: [
          {
            method: "scim.groups.patch",
            fault: { kind: "error", error: "cannot_disable_bot_user_with_scim", status: 403 },
          },
        ],
      })
      yield* make()
      const { code, stdout, stderr } = yield* apply()
      assert.strictEqual(code, 1, stderr)
      assert.deepStrictEqual(outcomesOf(stdout), ["failed", "changed"])
      assert.notInclude(membersOf(group), leaver)
    }),
  )
})

describe("names in a plan", () => {
  for (const [format, harmless] of [
    ["table", "\\u001b[2J|<b>"],
    ["markdown", "\\u001b\\[2J\\|\\<b\\>"],
    ["json", String.raw`\u001b[2J|<b>`],
  ] as const) {
    it.effect(`do no harm as ${format}`, () =>
      Effect.gen(function* () {
        let out = ""
        const screen = Layer.succeed(Screen, {
          out: (text) => Effect.sync(() => void (out += String(text))),
          err: () => Effect.void,
          ask: undefined,
          outIsTerminal: true,
          errIsTerminal: false,
          columns: 200,
          errColumns: 80,
          outColor: false,
          errColor: false,
        })
        const evil = "\u001b[2J|<b>"
        const principal = { resourceType: "user", resource: "U1" }
        const entitlement = {
          id: "group:S1:member",
          resource: { resourceType: "group", resource: "S1" },
          slug: "member",
        }
        const change = { _tag: "Change", intent: "grant", entitlement, principal, resourceName: evil } as const
        yield* printPlan(
          {
            version: 1,
            id: "1",
            madeAt: "2026-11-30T00:00:00.000Z",
            connector: "c",
            tenant: { id: "T1", displayName: evil },
            author: {},
            reason: evil,
            desiredChanges: [],
            changes: [{ ...change, before: "not held", after: "held", reason: evil }],
            blocked: [{ change: { ...change, before: "not held", after: "held" }, why: evil }],
            unchanged: 0,
            subjects: [{ principal, displayName: evil, address: evil }],
            members: {},
            warnings: [{ code: "privileged", about: "user:U1", message: evil }],
            brakes: [],
          },
          format,
        ).pipe(Effect.provide(screen))
        assert.notInclude(out, "\u001b")
        assert.include(out, harmless)
        if (format === "markdown") assert.notMatch(out, /[^\\][|<]b/u)
      }),
    )
  }
})
