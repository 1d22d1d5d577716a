// Granting, revoking and acting through the whole command: a real process, real HTTP, a Slack that keeps state.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import type { Fault, SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { businessPlusWorld, membership, outcomesOf } from "./businessPlus.ts"

const patches = (fault: Fault["fault"], more: Partial<Fault> = {}): ReadonlyArray<Fault> => [
  { method: "scim.groups.patch", fault, ...more },
]

/** A workspace, one of its groups, and people who are not in it. */
const withGroup = Effect.fnUntraced(function* (options: SimulatorOptions = {}, count = 5) {
  const town = yield* businessPlusWorld(options)
  const group = town.groups()[0]?.group ?? ""
  const outside = town.outside(group, count)
  assert.lengthOf(outside, count)
  const [one = ""] = outside
  const lines = outside.map((user) => `${membership(group)},${user}`)
  return { ...town, group, outside, one, lines, before: town.membersOf(group) }
})

describe("one change", () => {
  it.live("is made, recorded, and unchanged the second time; taking it back as well", () =>
    Effect.gen(function* () {
      const { run, group, one, membersOf, before, audit, slack } = yield* withGroup()
      const grant = () => run(["grant", "-e", membership(group), "--principal", one, "--yes"])
      const first = yield* grant()
      assert.strictEqual(first.code, 0, first.stderr)
      assert.deepInclude(JSON.parse(first.stdout), {
        entitlement: membership(group),
        principal: `user:${one}`,
        outcome: "changed",
      })
      assert.deepStrictEqual(membersOf(group).toSorted(), [...before, one].toSorted())
      const [begun, changed] = audit()
      assert.strictEqual(begun?.tenant, slack.teamId)
      assert.match(begun?.actor ?? "", /^[UW]/)
      assert.deepStrictEqual(begun?.target, { entitlement: membership(group), principal: `user:${one}` })
      assert.deepStrictEqual(
        [begun, changed].map((entry) => [entry?.intent, entry?.outcome, entry?.requestId === begun?.requestId]),
        [
          ["grant", "begun", true],
          ["grant", "changed", true],
        ],
      )

      const second = yield* grant()
      assert.strictEqual(second.code, 0)
      assert.deepStrictEqual(outcomesOf(second.stdout), ["already"])

      const revoke = () => run(["revoke", "--grant", `${membership(group)}:user:${one}`, "--yes"])
      assert.deepStrictEqual(outcomesOf((yield* revoke()).stdout), ["changed"])
      assert.deepStrictEqual(membersOf(group).toSorted(), before.toSorted())
      assert.deepStrictEqual(outcomesOf((yield* revoke()).stdout), ["already"])
      assert.lengthOf(audit(), 4)
      assert.strictEqual(slack.calls()["scim.groups.patch"], 2)
    }),
  )

  it.live("finds people by their address, in any case", () =>
    Effect.gen(function* () {
      const { run, group, one, membersOf, slack } = yield* withGroup()
      const text = yield* Effect.promise(() =>
        fetch(`${slack.scimUrl}v2/Users/${one}`, { headers: { authorization: `Bearer ${slack.userToken}` } }).then(
          (reply) => reply.text(),
        ),
      )
      const address = String(JSON.parse(text).emails[0].value).toUpperCase()
      const { code, stderr } = yield* run(["grant", "-e", membership(group), "--principal", address, "--yes"])
      assert.strictEqual(code, 0, stderr)
      assert.include(membersOf(group), one)
    }),
  )

  it.live("takes the exact name of a group from the file of the last sync, and no person's name", () =>
    Effect.gen(function* () {
      const { run, file, group, one, membersOf } = yield* withGroup()
      const nameless = yield* run(["grant", "-e", "No such file", "--principal", one, "--yes"])
      assert.strictEqual(nameless.code, 64)
      assert.include(nameless.stderr, "No such file is not the id of an entitlement")
      const synced = yield* run(["sync", "-q"])
      assert.strictEqual(synced.code, 0, synced.stderr)
      const { stdout } = yield* run(["resources", "-t", "group", "--columns", "id,name", "-f", file])
      const rows: ReadonlyArray<{ readonly id: string; readonly name: string }> = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      const name = rows.find(({ id }) => id === group)?.name ?? ""

      const granted = yield* run(["grant", "-e", name, "--principal", one, "--yes"])
      assert.strictEqual(granted.code, 0, granted.stderr)
      assert.include(granted.stderr, `note: "${name}" is ${membership(group)} (${name}) in the last sync.`)
      assert.include(membersOf(group), one)
      const revoked = yield* run(["revoke", "--from", "-", "--yes"], {
        input: `entitlement,principal\n${name},${one}\n`,
      })
      assert.strictEqual(revoked.code, 0, revoked.stderr)
      assert.notInclude(membersOf(group), one)

      for (const wrong of [name.toUpperCase(), name.slice(0, -1)]) {
        const { code, stderr } = yield* run(["grant", "-e", wrong, "--principal", one, "--yes"])
        assert.strictEqual(code, 64)
        assert.include(stderr, `no group or entitlement with exactly the name "${wrong}"`)
        assert.include(stderr, "Did you mean")
      }
      const person = yield* run(["grant", "-e", membership(group), "--principal", "Ada Lovelace", "--yes"])
      assert.strictEqual(person.code, 64)
      assert.include(person.stderr, "neither the id of an account nor an e-mail address")
      assert.notInclude(membersOf(group), one)
    }),
  )

  it.live("without --yes and without a terminal is only told", () =>
    Effect.gen(function* () {
      const { run, group, one, membersOf, before, audit, slack } = yield* withGroup()
      const { code, stdout, stderr } = yield* run(["grant", "-e", membership(group), "--principal", one])
      assert.strictEqual(code, 0, stderr)
      assert.deepStrictEqual(outcomesOf(stdout), ["wouldChange"])
      assert.match(stderr, /Nothing was changed: 1 would be granted\. Run again with --yes/)
      assert.deepStrictEqual(membersOf(group), before)
      assert.deepStrictEqual(audit(), [])
      assert.isUndefined(slack.calls()["scim.groups.patch"])
    }),
  )

  it.live(
    "whose reply is lost, after which the network is gone, may have been made: 75, and the log says unknown",
    () =>
      Effect.gen(function* () {
        const faults: ReadonlyArray<Fault> = [
          ...patches({ kind: "afterEffect", status: "cut" }),
          { method: "scim.groups.get", call: 2, times: "always", fault: { kind: "error", error: "gone", status: 401 } },
        ]
        const { run, group, one, membersOf, audit } = yield* withGroup({ faults })
        const { code, stderr } = yield* run(["grant", "-e", membership(group), "--principal", one, "--yes"])
        assert.strictEqual(code, 75, stderr)
        assert.match(stderr, /reading the outcome failed.*\n.*Run the same command again/)
        assert.include(membersOf(group), one)
        assert.deepStrictEqual(
          audit().map((entry) => entry.outcome),
          ["begun", "unknown"],
        )
      }),
  )

  it.live("of somebody whom SCIM forgot, and whom the group still holds, is revoked", () =>
    Effect.gen(function* () {
      const { run, groups, membersOf, slack } = yield* withGroup()
      const { group, members } = groups().find((entry) => entry.members.length > 0) ?? { group: "", members: [] }
      const [ghost = ""] = members
      slack.addFaults([
        { method: "scim.users.get", times: "always", fault: { kind: "error", error: "no_such_user", status: 404 } },
      ])
      const { code, stdout, stderr } = yield* run(["revoke", "-e", membership(group), "--principal", ghost, "--yes"])
      assert.strictEqual(code, 0, stderr)
      assert.deepStrictEqual(outcomesOf(stdout), ["changed"])
      assert.notInclude(membersOf(group), ghost)
    }),
  )

  it.live("whose reply is lost after it took effect is `already`, and is not sent again", () =>
    Effect.gen(function* () {
      for (const status of [500, "cut"] as const) {
        const { run, group, one, membersOf, audit, slack } = yield* withGroup({
          faults: patches({ kind: "afterEffect", status }),
        })
        const { code, stdout, stderr } = yield* run(["grant", "-e", membership(group), "--principal", one, "--yes"])
        assert.strictEqual(code, 0, stderr)
        assert.deepStrictEqual(outcomesOf(stdout), ["already"])
        assert.include(membersOf(group), one)
        assert.strictEqual(slack.calls()["scim.groups.patch"], 1)
        assert.deepStrictEqual(
          audit().map((entry) => entry.outcome),
          ["begun", "already"],
        )
      }
    }),
  )
})

describe.concurrent("a change that cannot be is refused with what to do, and nothing is written:", () => {
  interface Refusal {
    readonly title: string
    readonly args: (place: { readonly group: string; readonly one: string }) => ReadonlyArray<string>
    readonly options?: SimulatorOptions
    readonly environment?: Readonly<Record<string, string>>
    readonly code: number
    readonly says: RegExp
  }
  const grant = (entitlement: string, principal: string) => ["grant", "-e", entitlement, "--principal", principal]
  const usual: Refusal["args"] = ({ group, one }) => grant(membership(group), one)
  const refusals: ReadonlyArray<Refusal> = [
    {
      title: "an unknown group",
      args: ({ one }) => grant(membership("SNOSUCH"), one),
      code: 64,
      says: /no IdP group SNOSUCH/,
    },
    {
      title: "an unknown account",
      args: ({ group }) => grant(membership(group), "UNOSUCH"),
      code: 64,
      says: /no account UNOSUCH\. Nothing was begun/,
    },
    {
      title: "an id to revoke from that exists nowhere",
      args: ({ group }) => ["revoke", "-e", membership(group), "--principal", "UTYPO123"],
      code: 64,
      says: /no account UTYPO123\. Nothing was begun/,
    },
    { title: "no principal", args: ({ group }) => grant(membership(group), ""), code: 64, says: /--principal/ },
    {
      title: "a type without an id",
      args: ({ group }) => grant(membership(group), "user:"),
      code: 64,
      says: /--principal: "user:" is neither the id of an account nor an e-mail address/,
    },
    {
      title: "a name",
      args: ({ group }) => grant(membership(group), "Ada Lovelace"),
      code: 64,
      says: /"Ada Lovelace" is neither the id of an account nor an e-mail address/,
    },
    {
      title: "what is no id of a grant",
      args: ({ group }) => ["revoke", "--grant", membership(group)],
      code: 64,
      says: /is not the id of a grant.*\n.*group:S0123:member:user:U0123/,
    },
    {
      title: "fewer removals than none",
      args: ({ group, one }) => ["revoke", "-e", membership(group), "--principal", one, "--max-removals", "-1"],
      code: 64,
      says: /--max-removals/,
    },
    {
      title: "an unknown address",
      args: ({ group }) => grant(membership(group), "nobody@nowhere.test"),
      code: 64,
      says: /nobody@nowhere\.test\. Nothing was begun/,
    },
    {
      title: "what is no id of an entitlement",
      args: ({ one }) => grant("admins", one),
      code: 64,
      says: /--entitlement: admins is not the id of an entitlement/,
    },
    {
      title: "another entitlement than membership of an IdP group",
      args: ({ one }) => grant("userGroup:S1:member", one),
      code: 64,
      says: /userGroup:S1:member cannot be granted.*\n.*IDP Group \(group\)/,
    },
    {
      title: "a principal that is no account",
      args: ({ group }) => grant(membership(group), "userGroup:S1"),
      code: 77,
      says: /userGroup cannot hold/,
    },
    {
      title: "a Slack Pro token",
      args: usual,
      environment: { BATON_BUSINESS_PLUS_TOKEN: "" },
      code: 77,
      says: /Slack Pro cannot grant or revoke anything\.\nSlack Business\+ can: set BATON_BUSINESS_PLUS_TOKEN\./,
    },
    { title: "a workspace on Pro", args: usual, options: { plan: "pro", idpGroups: 0 }, code: 77, says: /plan/ },
    {
      title: "GovSlack",
      args: usual,
      options: { gov: true },
      environment: { BATON_GOV_ENV: "true" },
      code: 77,
      says: /IdP group provisioning is not supported for GovSlack/,
    },
    {
      title: "a wrong token",
      args: usual,
      environment: { BATON_BUSINESS_PLUS_TOKEN: "xoxp-1-wrong" },
      code: 77,
      says: /token/,
    },
    {
      title: "a network that is down",
      args: usual,
      environment: { BATON_SCIM_BASE_URL: "http://127.0.0.1:1/scim/" },
      code: 69,
      says: /127\.0\.0\.1/,
    },
    {
      title: "no token",
      args: usual,
      environment: { BATON_TOKEN: "", BATON_BUSINESS_PLUS_TOKEN: "" },
      code: 78,
      says: /BATON_/,
    },
  ]
  for (const { title, args, options, environment, code, says } of refusals) {
    it.live(title, () =>
      Effect.gen(function* () {
        const town = yield* businessPlusWorld(options)
        const group = town.groups()[0]?.group ?? "S0"
        const one = town.people[0] ?? "U0"
        const ended = yield* town.run(
          [...args({ group, one }), "--yes"],
          environment === undefined ? {} : { environment },
        )
        assert.strictEqual(ended.code, code, ended.stderr)
        assert.match(ended.stderr, says)
        assert.match(ended.stderr, /\n[`A-Z].+\n$/, "what to do stands at the end")
        assert.notMatch(ended.stderr, /\n\s+at |node:internal/)
        assert.deepStrictEqual(
          town.audit().filter((entry) => entry.outcome === "changed" || /\s/.test(JSON.stringify(entry.target))),
          [],
        )
      }),
    )
  }

  it.live("something else in the audit log's place", () =>
    Effect.gen(function* () {
      const { run, group, one, membersOf, before, auditFile } = yield* withGroup()
      mkdirSync(auditFile)
      const { code, stdout, stderr } = yield* run(["grant", "-e", membership(group), "--principal", one, "--yes"])
      assert.strictEqual(code, 78, stderr)
      assert.match(stderr, /audit log .* is not a plain file/)
      assert.deepStrictEqual(outcomesOf(stdout), ["notTried"])
      assert.deepStrictEqual(membersOf(group), before)
    }),
  )
})

describe("many changes", () => {
  it.live("come from the standard input, and are repeated without harm", () =>
    Effect.gen(function* () {
      const { run, lines, group, outside, membersOf, audit } = yield* withGroup()
      const input = ["entitlement,principal", ...lines, lines[0] ?? ""].join("\r\n")
      const first = yield* run(["grant", "--from", "-", "--yes"], { input })
      assert.strictEqual(first.code, 0, first.stderr)
      assert.deepStrictEqual(outcomesOf(first.stdout), [...lines.map(() => "changed"), "already"])
      assert.includeMembers([...membersOf(group)], outside)
      const second = yield* run(["grant", "--from", "-", "--yes"], { input })
      assert.deepStrictEqual(new Set(outcomesOf(second.stdout)), new Set(["already"]))
      assert.lengthOf(audit(), 2 * lines.length)
    }),
  )

  it.live("are none in an empty list, which is said in place of an empty table", () =>
    Effect.gen(function* () {
      const { run, list } = yield* withGroup()
      const from = list([])
      for (const args of [["grant"], ["revoke"], ["actions", "run", "disable_user"]]) {
        const { code, stdout, stderr } = yield* run([...args, "--from", from, "--yes", "-o", "table"])
        assert.deepStrictEqual([code, stdout], [0, ""])
        assert.strictEqual(stderr, "Nothing to change: the list is empty.\n")
      }
      const { stdout } = yield* run(["grant", "--from", from, "--yes", "-o", "json"])
      assert.deepStrictEqual(JSON.parse(stdout), { changes: [] })
    }),
  )

  it.live("with a wrong line are not begun, and the line is named", () =>
    Effect.gen(function* () {
      const { run, lines, group, membersOf, before, slack, list } = yield* withGroup()
      const from = list([...lines, "S1", ...lines])
      const { code, stdout, stderr } = yield* run(["grant", "--from", from, "--yes"])
      assert.strictEqual(code, 65)
      assert.match(stderr, /line 6: it holds 1 value instead of 2\./)
      assert.strictEqual(stdout, "")
      assert.deepStrictEqual(membersOf(group), before)
      assert.deepStrictEqual(slack.calls(), {})
    }),
  )

  it.live("go on after one that fails, and end with 1", () =>
    Effect.gen(function* () {
      const { run, lines, group, outside, membersOf, list } = yield* withGroup()
      const from = list([...outside.slice(0, 2).map((user) => `${membership("SNOSUCH")},${user}`), ...lines])
      const { code, stdout, stderr } = yield* run(["grant", "--from", from, "--yes"])
      assert.strictEqual(code, 1, stderr)
      assert.deepStrictEqual(outcomesOf(stdout).toSorted(), [...lines.map(() => "changed"), "failed", "failed"])
      assert.match(stderr, /failed: There is no IdP group SNOSUCH\./)
      assert.match(stderr, /5 granted, 2 failed; recorded in /)
      assert.includeMembers([...membersOf(group)], outside)
    }),
  )

  it.live("wait through a storm of 429, and are made once each", () =>
    Effect.gen(function* () {
      const { run, lines, group, outside, membersOf, list } = yield* withGroup({
        faults: patches({ kind: "rateLimited", retryAfter: 0 }, { call: 2, times: 4 }),
      })
      const { code, stdout, stderr } = yield* run(["grant", "--from", list(lines), "--yes"])
      assert.strictEqual(code, 0, stderr)
      assert.deepStrictEqual(
        outcomesOf(stdout),
        lines.map(() => "changed"),
      )
      assert.includeMembers([...membersOf(group)], outside)
    }),
  )

  it.live("whose token is revoked midway end with 75; the next token completes them", () =>
    Effect.gen(function* () {
      const { run, lines, group, outside, membersOf, audit, list } = yield* withGroup({
        faults: patches({ kind: "error", error: "token_revoked", status: 401 }, { call: 3, times: 1 }),
      })
      const from = list(lines)
      const first = yield* run(["grant", "--from", from, "--yes"])
      assert.strictEqual(first.code, 75, first.stderr)
      assert.deepStrictEqual(outcomesOf(first.stdout), ["changed", "changed", "failed", "notTried", "notTried"])
      assert.match(first.stderr, /error: The run stopped early: .*\n.*Run the same command again/)
      assert.deepStrictEqual(
        audit().map((entry) => entry.outcome),
        ["begun", "changed", "begun", "changed", "begun", "failed"],
      )
      const second = yield* run(["grant", "--from", from, "--yes"])
      assert.strictEqual(second.code, 0, second.stderr)
      assert.deepStrictEqual(outcomesOf(second.stdout), ["already", "already", "changed", "changed", "changed"])
      assert.includeMembers([...membersOf(group)], outside)
    }),
  )

  it.live(
    "that are killed in the middle leave a whole record, and a second run completes them without doing any twice",
    () =>
      Effect.gen(function* () {
        const count = 30
        const faults = patches({ kind: "delay", millis: 20 }, { times: "always" })
        const { start, run, lines, group, outside, before, membersOf, audit, slack, list } = yield* withGroup(
          { users: 120, faults },
          count,
        )
        const from = list(lines)
        const running = start(["grant", "--from", from, "--yes"])
        yield* Effect.promise(async () => {
          while ((slack.calls()["scim.groups.patch"] ?? 0) < 10) await new Promise((resolve) => setTimeout(resolve, 5))
          running.kill("SIGKILL")
          await running.ended
        })
        const reached = audit()
        const changed = reached.filter((entry) => entry.outcome === "changed").length
        assert.isAtLeast(changed, 5)
        assert.isBelow(changed, count)
        assert.isAtMost(reached.filter((entry) => entry.outcome === "begun").length - changed, 1)

        const second = yield* run(["grant", "--from", from, "--yes"])
        assert.strictEqual(second.code, 0, second.stderr)
        assert.deepStrictEqual(membersOf(group).toSorted(), [...before, ...outside].toSorted())
        const outcomes = outcomesOf(second.stdout)
        assert.isAtLeast(outcomes.filter((outcome) => outcome === "already").length, changed)
        // Every person has a line that says that it was done, but for one whose process died before it could.
        const recorded = audit().filter((entry) => entry.outcome === "changed").length
        assert.isAtLeast(recorded, count - 1)
        assert.isAtMost(slack.calls()["scim.groups.patch"] ?? 0, count + 1)
      }),
  )

  it.live("that a signal stops end with what was done, and say so", () =>
    Effect.gen(function* () {
      const { start, lines, audit, list, slack } = yield* withGroup({
        faults: patches({ kind: "never" }, { call: 2, times: "always" }),
      })
      const running = start(["grant", "--from", list(lines), "--yes"])
      yield* Effect.promise(async () => {
        while ((slack.calls()["scim.groups.patch"] ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 5))
        running.kill("SIGTERM")
      })
      const { code, stderr } = yield* Effect.promise(() => running.ended)
      assert.strictEqual(code, 75)
      assert.match(stderr, /Stopped\. What was done is recorded in .+audit\.ndjson\. Run the same command again/)
      assert.deepStrictEqual(
        audit().map((entry) => entry.outcome),
        ["begun", "changed", "begun", "unknown"],
      )
    }),
  )

  it.live("are not made where the audit log is full: 74", () =>
    Effect.gen(function* () {
      const { run, lines, membersOf, before, group, list, auditFile } = yield* withGroup()
      // A kilobyte below what the process may write to one file.
      writeFileSync(auditFile, `${" ".repeat(999 * 1024 - 1)}\n`, { mode: 0o600 })
      const { code, stdout, stderr } = yield* run(["grant", "--from", list(lines), "--yes"], {
        shell: "ulimit -f 1000;",
      })
      assert.strictEqual(code, 74, stderr)
      assert.match(stderr, /disk is full: the audit log/)
      const made = outcomesOf(stdout).filter((outcome) => outcome === "changed").length
      assert.isAbove(made, 0)
      assert.isBelow(made, lines.length)
      const inGroup = membersOf(group).length - before.length
      const failed = outcomesOf(stdout).filter((outcome) => outcome === "failed").length
      assert.isAtMost(inGroup, made + failed, "what was sent is not told as untried")
      const begun = readFileSync(auditFile, "utf8").match(/"outcome":"begun"/g)?.length ?? 0
      assert.isAtMost(inGroup, begun, "nothing is done that is not recorded")
    }),
  )

  it.live("of 5,000 lines are told without a write, with one read of each group", () =>
    Effect.gen(function* () {
      const { run, people, groups, slack, list } = yield* businessPlusWorld({ users: 1500 })
      const lines = groups().flatMap(({ group }) => people.map((user) => `${membership(group)},${user}`))
      const many = Array.from({ length: 5000 }, (_, index) => lines[index % lines.length] ?? "")
      const { code, stdout, stderr } = yield* run(["grant", "--from", list(many)])
      assert.strictEqual(code, 0, stderr)
      assert.lengthOf(outcomesOf(stdout), 5000)
      assert.isAtMost(slack.calls()["scim.groups.get"] ?? 0, 6)
    }),
  )
})

describe("many removals", () => {
  it.live("are not begun when they are more than --max-removals, and then the number that it takes is told", () =>
    Effect.gen(function* () {
      const { run, lines, list, slack } = yield* withGroup()
      const { code, stderr } = yield* run(["revoke", "--from", list(lines), "--yes", "--max-removals", "4"])
      assert.strictEqual(code, 64)
      assert.match(stderr, /5 removals are asked for.*\n.*--max-removals 5/)
      assert.isUndefined(slack.calls()["scim.groups.patch"])
    }),
  )

  it.live("take away exactly who is named, whatever Slack makes of a remove with a value", () =>
    Effect.gen(function* () {
      for (const removeWithValue of ["empties", "removes"] as const) {
        const { run, groups, membersOf, list } = yield* businessPlusWorld({ users: 200, removeWithValue })
        const { group, members } = groups().toSorted((a, b) => b.members.length - a.members.length)[0] ?? {
          group: "",
          members: [],
        }
        assert.isAtLeast(members.length, 3)
        const gone = members.slice(0, 2)
        const from = list(["grant", ...gone.map((user) => `${membership(group)}:user:${user}`)])
        const { code, stdout, stderr } = yield* run(["revoke", "--from", from, "--yes"])
        assert.strictEqual(code, 0, stderr)
        assert.deepStrictEqual(outcomesOf(stdout), ["changed", "changed"])
        assert.deepStrictEqual(membersOf(group).toSorted(), members.filter((user) => !gone.includes(user)).toSorted())
      }
    }),
  )
})

describe("limits", () => {
  it.live("count what other runs changed within the hour, and hold for disabling accounts too", () =>
    Effect.gen(function* () {
      const { run, group, before, people, list, audit } = yield* withGroup()
      const environment = { BATON_MAX_REMOVALS_PER_HOUR: "2" }
      const [first, second, third = ""] = before
      const revoke = (who: string | undefined) =>
        run(["revoke", "-e", membership(group), "--principal", who ?? "", "--yes"], { environment })
      assert.strictEqual((yield* revoke(first)).code, 0)
      assert.strictEqual((yield* revoke(second)).code, 0)
      const refused = yield* revoke(third)
      assert.strictEqual(refused.code, 64)
      assert.match(refused.stderr, /asked for after 2, and at most 2 are allowed within an hour.*\n.*per-hour 3/u)
      assert.lengthOf(audit(), 4)
      const disable = ["actions", "run", "disable_user", "--from", list(people.slice(1, 4)), "--yes"]
      const many = yield* run([...disable, "--max-removals", "2"])
      assert.strictEqual(many.code, 64)
      assert.match(many.stderr, /3 removals are asked for, and at most 2 .* Nothing was begun\.\n.*--max-removals 3/u)
      assert.lengthOf(audit(), 4)
    }),
  )

  it.live("guard what is protected, by the id of an account, a group or an entitlement", () =>
    Effect.gen(function* () {
      const { run, group, before, audit } = yield* withGroup()
      const [first = "", second = ""] = before
      for (const id of [first, `user:${first}`, group, `group:${group}`, membership(group)]) {
        const { code, stderr } = yield* run(["revoke", "-e", membership(group), "--principal", first, "--yes"], {
          environment: { BATON_PROTECTED: `U00000000,${id}` },
        })
        assert.strictEqual(code, 64)
        assert.include(stderr, `${id} is protected, and nothing is taken from it. Nothing was begun.`)
        assert.include(stderr, "take it out of BATON_PROTECTED")
      }
      assert.lengthOf(audit(), 0)
      const other = ["revoke", "-e", membership(group), "--principal", second, "--yes"]
      assert.strictEqual((yield* run(other, { environment: { BATON_PROTECTED: first } })).code, 0)
      const wrong = yield* run(other, { environment: { BATON_PROTECTED: "ada@example.com" } })
      assert.strictEqual(wrong.code, 78)
      assert.include(wrong.stderr, "BATON_PROTECTED cannot be used. What is protected is named by ids.")
    }),
  )
})
