// Approval by a second person through the whole command: real processes, real HTTP, a Slack that keeps state.
import { generateKeyPairSync } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { businessPlusWorld, membership } from "../wholeStack/businessPlus.ts"

const world = Effect.gen(function* () {
  const town = yield* businessPlusWorld()
  const folder = yield* scratchFolder("approval")
  const keyOf = (name: string) => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519")
    const path = join(folder, `${name}.pem`)
    writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 })
    return { path, pem: publicKey.export({ type: "spki", format: "pem" }) }
  }
  const [ann, ben, stranger] = [keyOf("ann"), keyOf("ben"), keyOf("stranger")]
  const approvers = join(folder, "approvers.yaml")
  const person = (name: string, pem: string, mayApprove: string) =>
    `  - name: ${name}\n    key: |\n${pem.trim().replaceAll(/^/gmu, "      ")}\n    accounts: []\n    mayApprove: [${mayApprove}]\n`
  writeFileSync(approvers, `people:\n${person("Ann", ann.pem, "")}${person("Ben", ben.pem, '"*"')}`)
  const [group] = town.groups().toSorted((a, b) => b.members.length - a.members.length)
  const leaver = group?.members[0] ?? ""
  const list = join(folder, "revocations.csv")
  writeFileSync(list, `${membership(group?.group ?? "")},${leaver}\n`)
  const out = join(folder, "plan.json")
  const run = (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}) =>
    town.run(args, {
      folder,
      environment: { BATON_APPROVERS: approvers, BATON_REQUIRE_APPROVAL: "true", ...environment },
    })
  const isMember = () => town.groups().some(({ group: id, members }) => id === group?.group && members.includes(leaver))
  return { ...town, run, folder, approvers, ann, ben, stranger, list, out, isMember, leaver, group: group?.group ?? "" }
})

describe("rollcall approve", () => {
  it.live(
    "lets a plan through that its author signed and somebody else approved, and names them in the audit log",
    () =>
      Effect.gen(function* () {
        const { run, ann, ben, list, out, isMember, audit } = yield* world
        const made = yield* run(["plan", "--revocations", list, "--out", out, "--key", ann.path])
        assert.include(made.stderr, `Somebody else approves it with \`rollcall approve ${out} --key FILE\``)
        assert.strictEqual(made.code, 0, made.stderr)
        const early = yield* run(["apply", out, "--yes"])
        assert.deepStrictEqual([early.code, isMember()], [64, true])
        assert.include(early.stderr, "needs approval by a second person")

        const own = yield* run(["approve", out, "--key", ann.path, "--yes"])
        assert.strictEqual(own.code, 64)
        assert.include(own.stderr, "Ann made the plan")
        const shown = yield* run(["approve", out, "--key", ben.path])
        assert.include(shown.stderr, "Nothing was signed")
        const approved = yield* run(["approve", out, "--key", ben.path, "--yes"])
        assert.strictEqual(approved.code, 0, approved.stderr)
        assert.include(approved.stderr, "signed by Ann (author), Ben (approver)")
        assert.notInclude(readFileSync(out, "utf8"), "PRIVATE")

        const applied = yield* run(["apply", out, "--yes"])
        assert.deepStrictEqual([applied.code, isMember()], [0, false], applied.stderr)
        for (const { approvedBy } of audit()) assert.deepStrictEqual(approvedBy, ["Ben"])
      }).pipe(Effect.scoped),
  )

  it.live("is asked for of a reminder that enables an account, and its plan closes the reminder", () =>
    Effect.gen(function* () {
      const { run, ann, ben, leaver, out, folder, approvers, slack } = yield* world
      const isActive = () =>
        [...slack.state()].some((entry) => "account" in entry && entry.account === leaver && entry.active)
      const place = { BATON_LEASES: join(folder, "leases.db"), BATON_REQUIRE_APPROVAL: "" }
      const until = ["--until", "2100-01-01T00:00Z", "--yes"]
      yield* run(["actions", "run", "disable_user", "--user-id", leaver, ...until], { ...place, BATON_APPROVERS: "" })
      writeFileSync(approvers, `${readFileSync(approvers, "utf8")}require:\n  changesOf: [enable_user]\n`)
      const open = Effect.map(run(["leases", "list", "-o", "csv"], place), ({ stdout }) =>
        stdout.split("\n").slice(1, -1),
      )
      const [id = ""] = (yield* open)[0]?.split(",") ?? []
      const refused = yield* run(["leases", "end", id, "--yes"], place)
      assert.deepStrictEqual([refused.code, isActive()], [64, false], refused.stderr)
      const [, written = ""] = /the plan is in (.+\.json)\./u.exec(refused.stderr) ?? []
      yield* run(["plan", "--refresh", written, "--out", out, "--key", ann.path], place)
      yield* run(["approve", out, "--key", ben.path, "--yes"], place)
      const applied = yield* run(["apply", out, "--yes"], place)
      assert.deepStrictEqual([applied.code, isActive(), yield* open], [0, true, []], applied.stderr)
    }).pipe(Effect.scoped),
  )

  it.live("is refused with a key of nobody, without a list, and with a list that merely stands in the folder", () =>
    Effect.gen(function* () {
      const { run, ann, stranger, list, out, folder, approvers } = yield* world
      yield* run(["plan", "--revocations", list, "--out", out, "--key", ann.path])
      const unknown = yield* run(["approve", out, "--key", stranger.path, "--yes"])
      assert.deepStrictEqual([unknown.code, unknown.stderr.includes("of nobody")], [64, true])
      const none = yield* run(["approve", out, "--key", stranger.path, "--yes"], { BATON_APPROVERS: "" })
      assert.strictEqual(none.code, 78)
      writeFileSync(join(folder, ".baton.yaml"), `approvers: ${approvers}\n`)
      const placed = yield* run(["approve", out, "--key", stranger.path, "--yes"], { BATON_APPROVERS: "" })
      assert.strictEqual(placed.code, 78)
      assert.include(placed.stderr, "is not taken from a file that stands in the current folder")
    }).pipe(Effect.scoped),
  )

  it.live("is asked for of direct commands, which then change nothing and write the plan", () =>
    Effect.gen(function* () {
      const { run, folder, group, leaver, isMember, outside, groups, environment, list } = yield* world
      for (const args of [
        ["revoke", "-e", membership(group), "--principal", leaver, "--yes"],
        ["actions", "run", "disable_user", "--user-id", leaver, "--yes"],
      ]) {
        const ended = yield* run(args)
        assert.deepStrictEqual([ended.code, isMember()], [64, true], ended.stderr)
        const [, name = ""] = /the plan is in (\S+\.json)\./u.exec(ended.stderr) ?? []
        assert.strictEqual(dirname(name), join(dirname(environment.BATON_LEASES), "plans"))
        assert.isTrue(existsSync(name))
      }
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => /^plan-\w+\.json$/u.test(name)),
        [],
        "nothing is left in the current folder",
      )
      const unwritable = yield* run(["revoke", "-e", membership(group), "--principal", leaver, "--yes"], {
        BATON_LEASES: join(list, "leases.db"),
      })
      assert.deepStrictEqual([unwritable.code, isMember()], [64, true], unwritable.stderr)
      assert.match(
        unwritable.stderr,
        /This needs approval by a second person\. Nothing was changed, and its plan could not/u,
      )
      assert.notInclude(unwritable.stderr, "--out.")
      const smallest = groups().toSorted((a, b) => a.members.length - b.members.length)[0]?.group ?? ""
      const [joiner = ""] = outside(smallest, 1)
      const lent = yield* run(
        ["grant", "-e", membership(smallest), "--principal", joiner, "--for", "1h", "--without-worker", "--yes"],
        { BATON_LEASES: join(folder, "leases.db") },
      )
      assert.strictEqual(lent.code, 64)
      assert.include(lent.stderr, "a plan grants without an end")
      const free = { BATON_LEASES: join(folder, "leases.db"), BATON_REQUIRE_APPROVAL: "false" }
      const begun = yield* run(
        [
          "grant",
          "-e",
          membership(smallest),
          "--principal",
          joiner,
          "--for",
          "1h",
          "--without-worker",
          "--yes",
          "-o",
          "ndjson",
        ],
        free,
      )
      assert.strictEqual(begun.code, 0, begun.stderr)
      const [, lease = ""] = /"lease":"(\w+)"/u.exec(begun.stdout) ?? []
      const extending = ["leases", "extend", lease, "--for", "2h"]
      assert.strictEqual((yield* run(extending, { ...free, BATON_REQUIRE_APPROVAL: "true" })).code, 64)
      assert.strictEqual((yield* run(extending, free)).code, 0)
      const thresholds = yield* run(["revoke", "-e", membership(group), "--principal", leaver, "--yes"], {
        BATON_REQUIRE_APPROVAL: "false",
      })
      assert.deepStrictEqual([thresholds.code, isMember()], [0, false], "the list of approvers asks for none by itself")
    }).pipe(Effect.scoped),
  )

  it.live("is said to be needed when the plan is made, and refused of a plan that its author has not signed", () =>
    Effect.gen(function* () {
      const { run, ben, list, out, folder, group, leaver, membersOf, approvers, ann, environment, file } = yield* world
      const made = yield* run(["plan", "--revocations", list, "--out", out])
      assert.include(made.stderr, `It needs approval by a second person: sign it with \`rollcall plan --refresh ${out}`)
      const early = yield* run(["approve", out, "--key", ben.path, "--yes"])
      assert.strictEqual(early.code, 64)
      assert.include(early.stderr, "its author has not signed it")

      const records = [approvers, ann.path, list, environment.BATON_LEASES, `${file}.audit.ndjson`, file]
      for (const record of records) if (!existsSync(record)) writeFileSync(record, "a record")
      for (const record of records) {
        const before = readFileSync(record)
        const ended = yield* run(["plan", "--revocations", list, "--key", ann.path, "--out", record, "--force"], {
          BATON_LEASES: record === environment.BATON_LEASES ? record : join(folder, "other.db"),
        })
        assert.notStrictEqual(ended.code, 0, record)
        assert.include(ended.stderr, record)
        assert.deepStrictEqual(readFileSync(record), before)
      }

      const desired = join(folder, "access.yaml")
      const members = membersOf(group).filter((who) => who !== leaver)
      writeFileSync(
        desired,
        `entitlements:\n  - id: ${membership(group)}\n    mode: only\n    members: ${JSON.stringify(members)}\n`,
      )
      const store = join(folder, "drift.db")
      const fixed = yield* run(["drift", "--desired", desired, "--fix", "--yes", "--reason", "as agreed"], {
        BATON_LEASES: store,
      })
      assert.strictEqual(fixed.code, 64, fixed.stderr)
      const [, path = ""] = /the plan is in (\S+\.json)\./u.exec(fixed.stderr) ?? []
      const { plan } = JSON.parse(readFileSync(path, "utf8"))
      assert.strictEqual(plan.reason, "as agreed")
      assert.isString(plan.author.osUser)
    }).pipe(Effect.scoped),
  )

  it.live("is asked for of direct commands by a threshold alone, and their plan can be signed and approved", () =>
    Effect.gen(function* () {
      const { run, approvers, group, groups, leaver, isMember, outside, membersOf, ann, ben, out } = yield* world
      const people = readFileSync(approvers, "utf8")
      const free = { BATON_REQUIRE_APPROVAL: "false" }
      const smallest = groups().toSorted((a, b) => a.members.length - b.members.length)[0]?.group ?? ""
      const [joiner = ""] = outside(smallest, 1)
      const grant = () => run(["grant", "-e", membership(smallest), "--principal", joiner, "--yes"], free)
      const planOf = (stderr: string) => /the plan is in (\S+\.json)\./u.exec(stderr)?.[1] ?? ""
      writeFileSync(approvers, `${people}require:\n  changesOf: ["group:${smallest}"]\n`)
      const granted = yield* grant()
      assert.deepStrictEqual([granted.code, membersOf(smallest).includes(joiner)], [64, false], granted.stderr)
      writeFileSync(approvers, `${people}require:\n  removalsAbove: 0\n`)
      const revoked = yield* run(["revoke", "-e", membership(group), "--principal", leaver, "--yes"], free)
      assert.deepStrictEqual([revoked.code, isMember()], [64, true], revoked.stderr)
      for (const { stderr } of [granted, revoked]) assert.isTrue(existsSync(planOf(stderr)), stderr)
      const without = yield* grant()
      assert.deepStrictEqual([without.code, membersOf(smallest).includes(joiner)], [0, true], without.stderr)

      for (const args of [
        ["plan", "--refresh", planOf(revoked.stderr), "--out", out, "--key", ann.path],
        ["approve", out, "--key", ben.path, "--yes"],
        ["apply", out, "--yes"],
      ]) {
        const { code, stderr } = yield* run(args, free)
        assert.strictEqual(code, 0, stderr)
      }
      assert.isFalse(isMember())
    }).pipe(Effect.scoped),
  )

  it.live("above a number of removals is not asked for again by a plan that stopped early, or is done", () =>
    Effect.gen(function* () {
      const { run, list, out, approvers, group, slack, membersOf } = yield* world
      const [first = "", second = ""] = membersOf(group)
      writeFileSync(list, [first, second].map((who) => `${membership(group)},${who}\n`).join(""))
      const thresholds = "require:\n  removalsAbove: 2\n"
      writeFileSync(approvers, `${readFileSync(approvers, "utf8")}${thresholds}`)
      const free = { BATON_REQUIRE_APPROVAL: "false" }
      yield* run(["plan", "--revocations", list, "--out", out], free)
      slack.addFaults([
        {
          method: "scim.groups.patch",
          call: 2,
          times: "always",
          fault: { kind: "error", error: "invalid_authentication" },
        },
      ])
      assert.strictEqual((yield* run(["apply", out, "--yes"], free)).code, 75)
      slack.clearFaults()
      const resumed = yield* run(["apply", out, "--yes"], free)
      assert.strictEqual(resumed.code, 0, resumed.stderr)
      const again = yield* run(["apply", out, "--yes"], free)
      assert.deepStrictEqual([again.code, again.stderr.includes("2 done before")], [0, true], again.stderr)

      writeFileSync(
        approvers,
        readFileSync(approvers, "utf8").replace(thresholds, "require:\n  changesOf: [disable_usr]\n"),
      )
      const mistyped = yield* run(["apply", out, "--yes"], free)
      assert.strictEqual(mistyped.code, 65)
      assert.match(
        mistyped.stderr,
        /approvers\.yaml cannot be .+ line \d+: .+ has no action disable_usr, but enable_user, disable_user/u,
      )
    }).pipe(Effect.scoped),
  )
})
