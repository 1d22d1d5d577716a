// Enabling and disabling accounts through the whole command.
import { assert, describe, it } from "@effect/vitest"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"

const withPerson = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const town = yield* businessPlusWorld(options)
  const person = town.people.at(-1) ?? ""
  const isActive = () =>
    [...town.slack.state()].some((entry) => "account" in entry && entry.account === person && entry.active)
  const act = (name: string, user = person, more: ReadonlyArray<string> = []) =>
    town.run(["actions", "run", name, "--user-id", user, "--yes", ...more])
  return { ...town, person, isActive, act }
})

describe("an action", () => {
  it.live("is done, waited for, recorded, and gives its result; done again it is `already`", () =>
    Effect.gen(function* () {
      const { act, person, isActive, audit, slack } = yield* withPerson({ activeDelayMillis: 300 })
      const first = yield* act("disable_user", person, ["-o", "json"])
      assert.strictEqual(first.code, 0, first.stderr)
      assert.deepInclude(JSON.parse(first.stdout), {
        action: "disable_user",
        outcome: "changed",
        result: { success: true, message: `User ${person} disabled successfully`, user_id: person },
      })
      assert.isFalse(isActive())
      assert.deepStrictEqual(
        audit().map(({ intent, target, outcome }) => ({ intent, target, outcome })),
        (["begun", "changed"] as const).map((outcome) => ({
          intent: "disable_user",
          target: { user_id: person },
          outcome,
        })),
      )
      const again = yield* act("disable_user")
      assert.strictEqual(JSON.parse(again.stdout).outcome, "already")
      assert.strictEqual(slack.calls()["scim.users.delete"], 1)

      const back = yield* act("enable_user", person, ["-o", "table"])
      assert.strictEqual(back.code, 0, back.stderr)
      assert.match(
        back.stdout,
        /^Action +Outcome +Success +Message +User ID +Name +Address *\nenable_user +changed +true +User/,
      )
      assert.isTrue(isActive())
    }),
  )

  it.live("whose reply is lost after it took effect is `already`, and is not sent again", () =>
    Effect.gen(function* () {
      const faults = [{ method: "scim.users.delete", fault: { kind: "afterEffect" as const } }]
      const { act, isActive, slack } = yield* withPerson({ faults })
      const { code, stdout, stderr } = yield* act("disable_user")
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(JSON.parse(stdout).outcome, "already")
      assert.isFalse(isActive())
      assert.strictEqual(slack.calls()["scim.users.delete"], 1)
    }),
  )

  it.live("on an unknown account ends with 64, on one that is protected with 77", () =>
    Effect.gen(function* () {
      const { act, slack, isActive } = yield* withPerson({ userTokenRank: "admin" })
      const unknown = yield* act("disable_user", "UNOSUCH")
      assert.strictEqual(unknown.code, 64, unknown.stderr)
      assert.match(unknown.stderr, /no account UNOSUCH/)
      const owner = [...slack.expected()]
        .find(({ id }) => id.includes(":primary_owner:assigned:user:"))
        ?.id.split(":")
        .at(-1)
      const refused = yield* act("disable_user", owner)
      assert.strictEqual(refused.code, 77, refused.stderr)
      assert.isTrue(isActive())
    }),
  )

  it.live("on somebody who is protected under another id or address ends with 64, and nothing is begun", () =>
    Effect.gen(function* () {
      const enterprise = { id: "W2", enterprise_id: "E1", enterprise_name: "Acme Org", teams: ["T1"] }
      const workspace = {
        team: { id: "T1", name: "Acme" },
        users: [
          { id: "U1", name: "owner", is_primary_owner: true, is_owner: true, is_admin: true },
          { id: "U2", name: "eve", profile: { email: "eve@acme.example" }, enterprise_user: enterprise },
        ],
        scim: {
          users: [
            { id: "U1", userName: "owner", active: true, emails: [] },
            { id: "W2", userName: "eve", active: true, emails: [{ value: "eve@acme.example", primary: true }] },
          ],
          groups: [],
        },
      }
      const { run, audit, list } = yield* businessPlusWorld({ workspace })
      const disable = ["actions", "run", "disable_user"]
      for (const [given, guarded] of [
        ["U2", "W2"],
        ["eve@acme.example", "U2"],
        ["eve@acme.example", "user:W2"],
      ] as const) {
        const environment = { BATON_PROTECTED: guarded }
        for (const how of [
          ["--user-id", given],
          ["--from", list([given])],
        ]) {
          const { code, stderr } = yield* run([...disable, ...how, "--yes"], { environment })
          assert.strictEqual(code, 64, stderr)
          assert.include(stderr, `${guarded} is protected, and nothing is taken from it. Nothing was begun.`)
        }
      }
      assert.lengthOf(audit(), 0)
    }),
  )

  it.live("takes no token for an account: it is neither sent nor repeated", () =>
    Effect.gen(function* () {
      const { act, slack, audit } = yield* withPerson()
      const { code, stdout, stderr } = yield* act("disable_user", "xoxp-1-2-secret")
      assert.strictEqual(code, 64)
      assert.match(stderr, /an id was expected, but a token was given\. Nothing was begun\./i)
      assert.notInclude(stdout + stderr, "secret")
      assert.deepStrictEqual(audit(), [])
      assert.deepStrictEqual(slack.calls(), {})
    }),
  )

  it.live("needs its arguments, and a Business+ token", () =>
    Effect.gen(function* () {
      const { run } = yield* withPerson()
      const without = yield* run(["actions", "run", "disable_user"])
      assert.strictEqual(without.code, 64)
      assert.match(without.stderr, /--user-id/)
      assert.strictEqual((yield* run(["actions", "run", "enable_user", "--user-id", " ", "--yes"])).code, 64)
      const pro = yield* run(["actions", "run", "disable_user", "--user-id", "U1", "--yes"], {
        environment: { BATON_BUSINESS_PLUS_TOKEN: "" },
      })
      assert.strictEqual(pro.code, 77)
      assert.match(
        pro.stderr,
        /Slack Pro cannot run disable_user\.\nSlack Business\+ can: set BATON_BUSINESS_PLUS_TOKEN\./,
      )
    }),
  )

  it.live("without --yes and without a terminal is only told, with the name, address and id of the account", () =>
    Effect.gen(function* () {
      const { run, person, isActive, audit } = yield* withPerson()
      const { code, stdout, stderr } = yield* run(["actions", "run", "disable_user", "--user-id", person])
      assert.strictEqual(code, 0, stderr)
      const told = JSON.parse(stdout)
      assert.deepInclude(told, { action: "disable_user", outcome: "wouldChange", arguments: { user_id: person } })
      assert.match(told.principalName, /\S/)
      assert.include(told.principalAddress, "@")
      assert.match(stderr, /Nothing was changed: 1 would be done\. Run again with --yes/)
      assert.isTrue(isActive())
      assert.deepStrictEqual(audit(), [])
    }),
  )

  it.live("takes addresses and a list, with a reason for the audit log, and goes on after a failure", () =>
    Effect.gen(function* () {
      const { run, people, slack, list, audit } = yield* withPerson()
      const [one = "", two = ""] = people.slice(-2)
      const told = yield* run(["actions", "run", "disable_user", "--user-id", two])
      const address = String(JSON.parse(told.stdout).principalAddress).toUpperCase()
      const path = list(["User_ID", one, "UNOSUCH", address])
      const { code, stdout, stderr } = yield* run([
        "actions",
        "run",
        "disable_user",
        "--from",
        path,
        "--yes",
        "--reason",
        "TICKET-7",
      ])
      assert.strictEqual(code, 1, stderr)
      const results = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.deepStrictEqual(
        results.map(({ outcome }) => outcome),
        ["changed", "failed", "changed"],
      )
      assert.strictEqual(results[2].result.user_id, two)
      assert.match(results[1].reason, /no account UNOSUCH/)
      assert.match(stderr, /2 done, 1 failed; recorded in /)
      assert.strictEqual(slack.calls()["scim.users.delete"], 2)
      assert.isTrue(audit().every(({ statedReason, osUser }) => statedReason === "TICKET-7" && (osUser ?? "") !== ""))
    }),
  )

  it.live("refuses the account of the token itself with 64, in a list as well, unless --even-myself is given", () =>
    Effect.gen(function* () {
      const { run, act, person, list, slack, audit } = yield* withPerson()
      yield* act("enable_user", person)
      const done = yield* act("disable_user", person)
      assert.match(done.stderr, /^1 done; recorded in .*audit/u)
      const actor = audit()[0]?.actor ?? ""
      const alone = yield* act("disable_user", actor)
      assert.strictEqual(alone.code, 64, alone.stderr)
      assert.match(alone.stderr, /is the account that the token belongs to.*\n.*--even-myself/)
      const path = list([person, actor])
      assert.strictEqual((yield* run(["actions", "run", "disable_user", "--from", path, "--yes"])).code, 64)
      assert.strictEqual(slack.calls()["scim.users.delete"], 1)
    }),
  )

  it.live("names the wrong lines of a list and refuses a list beside the flag", () =>
    Effect.gen(function* () {
      const { run, list } = yield* withPerson()
      const wrong = yield* run(["actions", "run", "disable_user", "--from", list(["U1", "U2,now", ""]), "--yes"])
      assert.strictEqual(wrong.code, 65)
      assert.match(wrong.stderr, /line 2: it holds 2 values instead of 1\.\nNothing was begun\./)
      const both = yield* run(["actions", "run", "disable_user", "--from", list(["U1"]), "--user-id", "U1", "--yes"])
      assert.strictEqual(both.code, 64)
    }),
  )
})
