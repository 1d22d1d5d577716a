// Access for a time through the whole command: real processes, real HTTP, a Slack that keeps state.
import { generateKeyPairSync } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { auditLogFile } from "@rollcall/audit-file"
import { AuditLog } from "@rollcall/connector"
import { leaseStoreOf } from "@rollcall/host/changes"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { Effect } from "effect"
import { instantOf } from "../../src/leases/endOf.ts"
import { businessPlusWorld, membership } from "../wholeStack/businessPlus.ts"
import { hasTerminals, runOnTerminal } from "../wholeStack/terminal.ts"

const leasing = Effect.gen(function* () {
  const town = yield* businessPlusWorld()
  const group = town.groups()[0]?.group ?? ""
  const store = town.environment.BATON_LEASES
  const all = Effect.provide(
    LeaseStore.use(({ all: leases }) => leases),
    leaseStoreOf(store),
  )
  const put = (lease: Lease) =>
    Effect.provide(
      LeaseStore.use((leases) => leases.put(lease)),
      leaseStoreOf(store),
    )
  const grant = (who: string, ...args: ReadonlyArray<string>) =>
    town.run(["grant", "-e", membership(group), "--principal", who, ...args])
  const withoutWorker = ["--yes", "--without-worker", "--reason", "REQ-7"]
  const [who = "", second = ""] = town.outside(group, 2)
  return { ...town, group, store, all, put, grant, withoutWorker, who, second }
})

describe("rollcall grant for a time", () => {
  it.live("grants, keeps the end, and tells both", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, membersOf, groups, group, all, audit } = yield* leasing
      const { code, stdout, stderr } = yield* grant(who, "--for", "8h", ...withoutWorker)
      assert.strictEqual(code, 0, stderr)
      const [lease] = yield* all
      assert.deepInclude(lease, { state: "active", reason: "REQ-7" })
      assert.strictEqual(Date.parse(lease?.endsAt ?? "") - Date.parse(lease?.begunAt ?? "") <= 8 * 3_600_000, true)
      assert.deepInclude(JSON.parse(stdout), { outcome: "changed", lease: lease?.id, endsAt: lease?.endsAt })
      assert.include(membersOf(group), who)
      yield* run(["sync"])
      const held = yield* run(["grants", "-e", membership(group), "--columns", "principalId,ends", "-o", "csv"])
      assert.include(held.stdout, `${who},${lease?.endsAt}\r\n`)
      const table = yield* run(["grants", "-e", membership(group), "-o", "table"])
      assert.strictEqual(table.stderr, "")
      assert.match(table.stdout, /^Resource .* Through +Ends +Ends By\n/u)
      assert.match(table.stdout, new RegExp(` ${who} .* ${lease?.endsAt} +${lease?.actor}\n`, "u"))
      const markdown = yield* run(["grants", "-e", membership(group), "-o", "markdown"])
      assert.include(markdown.stdout, `| ${lease?.endsAt} | ${lease?.actor} |`)
      const other = groups().find((entry) => entry.group !== group)?.group ?? ""
      const without = [
        ["-e", membership(other), "-o", "table"],
        ["-e", membership(group), "-o", "csv"],
        ["-e", membership(group), "--columns", "default", "-o", "ndjson"],
      ]
      for (const args of without) assert.notMatch((yield* run(["grants", ...args])).stdout, /ends/iu)
      const tree = yield* run(["access", "-r", who, "-o", "table"])
      assert.include(tree.stdout, `, until ${lease?.endsAt}\n`)
      const report = yield* run(["report", "-o", "json"])
      const { figures, accounts } = JSON.parse(report.stdout)
      assert.deepStrictEqual(figures.ending, { count: 1, seen: 1, most: null, why: null })
      const ends = accounts.flatMap((account: { readonly ends: ReadonlyArray<object> }) => account.ends)
      assert.deepInclude(ends[0], { endsAt: lease?.endsAt, by: lease?.actor, reason: "REQ-7", isOfC1: false })
      assert.deepStrictEqual(
        audit().map(({ intent, outcome, lease: told }) => [intent, outcome, told?.endsAt]),
        ["begun", "changed"].map((outcome) => ["grant", outcome, lease?.endsAt]),
      )
    }),
  )

  it.live("tells reviewers when it ends, who granted it and why", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, all, list, group, file } = yield* leasing
      yield* grant(who, "--for", "8h", ...withoutWorker)
      yield* run(["sync"])
      const reviewers = list(["scope,reviewer,name,role", "all,boss@example.com,Boss,CISO"])
      const campaign = ["--campaign", `${file}-review`]
      const args = [
        "--scope",
        `group:${group}`,
        "--reviewers",
        reviewers,
        "--due",
        "2100-01-01",
        "--accept-gap",
        "test",
      ]
      const started = yield* run(["review", "start", ...campaign, "--name", "Q4", ...args, "-o", "json"])
      assert.strictEqual(started.code, 0, started.stderr)
      const tables = yield* run(["review", "tables", ...campaign, "--format", "csv", "-o", "json"])
      assert.strictEqual(tables.code, 0, tables.stderr)
      const [lease] = yield* all
      const end = lease?.endsAt.slice(0, 16).replace("T", " ")
      const [table] = JSON.parse(tables.stdout).tables
      const shown = readFileSync(table.path, "utf8")
        .split("\r\n")
        .filter((line) => line.includes(who))
      assert.lengthOf(shown, 1)
      assert.include(shown[0], `,${end} UTC (lease of ${lease?.actor}: REQ-7),`)
    }),
  )

  it.live("needs a worker that ends it or --without-worker, and a dry run makes no store", () =>
    Effect.gen(function* () {
      const { grant, who, membersOf, group, store, slack } = yield* leasing
      const dry = yield* grant(who, "--until", "2100-01-01T00:00Z")
      assert.strictEqual(dry.code, 0, dry.stderr)
      assert.match(dry.stderr, /The access ends at 2100-01-01T00:00:00\.000Z\. No worker has given a sign of life/u)
      const refused = yield* grant(who, "--for", "8h", "--yes")
      assert.strictEqual(refused.code, 64)
      assert.include(refused.stderr, "add --without-worker")
      assert.deepStrictEqual([existsSync(store), membersOf(group).includes(who)], [false, false])
      yield* Effect.provide(
        LeaseStore.use(({ beat }) => beat(slack.teamId, Date.now())),
        leaseStoreOf(store),
      )
      const granted = yield* grant(who, "--for", "8h", "--yes")
      assert.strictEqual(granted.code, 0, granted.stderr)
    }),
  )

  it.live("refuses what has no clear end, lasts too long, or is held for ever already, before anything is begun", () =>
    Effect.gen(function* () {
      const { grant, run, withoutWorker, who, group, membersOf, all, audit } = yield* leasing
      for (const [args, words] of [
        [["--until", "2100-01-01T00:00"], "no instant with an offset"],
        [["--until", "2027-02-30T00:00Z"], "no instant with an offset"],
        [["--for", "soon"], "--for must be a length of time"],
        [["--for", "1h", "--until", "2100-01-01T00:00Z"], "Leave one of the two out"],
        [[], "no end is given"],
      ] as const) {
        const { code, stderr } = yield* grant(who, ...args, ...withoutWorker)
        assert.strictEqual(code, 64, stderr)
        assert.include(stderr, words)
      }
      const long = yield* run(["grant", "-e", membership(group), "--principal", who, "--for", "2d", ...withoutWorker], {
        environment: { BATON_MAX_LEASE: "24h" },
      })
      assert.strictEqual(long.code, 64)
      assert.include(long.stderr, "may last 1d at most, and 2d was asked for")
      assert.include(long.stderr, "BATON_MAX_LEASE")
      const short = { environment: { BATON_MAX_LEASE: "30m" } }
      const preview = yield* run(["grant", "-e", membership(group), "--principal", who, "--for", "45m"], short)
      assert.deepStrictEqual([preview.code, preview.stdout], [64, ""])
      assert.include(preview.stderr, "may last 30m at most, and 45m was asked for")
      const past = yield* grant(who, "--until", "2020-01-01T00:00Z")
      assert.deepStrictEqual([past.code, past.stdout], [64, ""])
      assert.include(past.stderr, "which is over")
      const guarded = yield* run(["grant", "-e", membership(group), "--principal", who, "--for", "45m"], {
        environment: { BATON_PROTECTED: who },
      })
      assert.strictEqual(guarded.code, 64, guarded.stderr)
      assert.include(guarded.stderr, `${who} is protected`)
      const held = yield* grant(membersOf(group)[0] ?? "", "--for", "8h", ...withoutWorker)
      assert.strictEqual(held.code, 64, held.stderr)
      assert.include(held.stderr, "already, without an end")
      assert.deepStrictEqual([audit(), yield* all], [[], []])
    }),
  )

  it.live("takes a list, with a lease for each, whose end only moves later", () =>
    Effect.gen(function* () {
      const { run, list, withoutWorker, group, who, second, all, slack } = yield* leasing
      const path = list([who, second, who].map((person) => `${membership(group)},${person}`))
      const lend = (until: string) => run(["grant", "--from", path, "--until", until, ...withoutWorker])
      const ends = Effect.map(all, (leases) => leases.map(({ endsAt }) => endsAt))
      const first = yield* lend("2100-01-01T00:00Z")
      assert.strictEqual(first.code, 0, first.stderr)
      assert.include(first.stderr, "2 granted for a time, 1 held it already")
      const { "scim.groups.get": reads, "scim.groups.patch": writes } = slack.calls()
      assert.deepStrictEqual([reads, writes], [1, 2], "one read a group, one write a person")
      assert.deepStrictEqual(yield* ends, ["2100-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"])
      const foreseen = yield* run(["grant", "--from", path, "--until", "2099-01-01T00:00Z"])
      assert.deepStrictEqual([foreseen.code, foreseen.stderr.includes("later end")], [1, false], foreseen.stderr)
      assert.include(foreseen.stderr, "an end only moves later")
      const earlier = yield* lend("2099-01-01T00:00Z")
      assert.strictEqual(earlier.code, 1)
      assert.include(earlier.stderr, "an end only moves later")
      const later = yield* lend("2100-01-02T01:00+01:00")
      assert.strictEqual(later.code, 0, later.stderr)
      assert.include(later.stderr, "2 moved to a later end, 1 held it already")
      assert.deepStrictEqual(yield* ends, ["2100-01-02T00:00:00.000Z", "2100-01-02T00:00:00.000Z"])
    }),
  )

  it.live.skipIf(!hasTerminals)("asks on a terminal, also with --yes, where nobody ends it", () =>
    Effect.gen(function* () {
      const { environment, group, who, membersOf } = yield* leasing
      const args = ["grant", "-e", membership(group), "--principal", who, "--for", "1h", "--yes"]
      const no = yield* Effect.promise(() => runOnTerminal(args, environment, [["Proceed?", "n\r"]]))
      assert.deepStrictEqual([no.code, membersOf(group).includes(who)], [130, false], no.shown)
      assert.match(no.shown, /No worker has given a sign of life/u)
      const yes = yield* Effect.promise(() => runOnTerminal(args, environment, [["Proceed?", "y\r"]]))
      assert.deepStrictEqual([yes.code, membersOf(group).includes(who)], [0, true], yes.shown)
    }),
  )
})

describe("rollcall leases and rollcall expire", () => {
  it.live("end what is over, leave the rest, and end one before its time after a look at who has it", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, second, membersOf, group, all, put, audit } = yield* leasing
      for (const person of [who, second]) yield* grant(person, "--for", "8h", ...withoutWorker)
      const [lease] = (yield* all).filter(({ principal }) => principal.resource === who)
      const [other] = (yield* all).filter(({ principal }) => principal.resource === second)
      if (lease !== undefined) yield* put({ ...lease, endsAt: new Date(Date.now() - 1000).toISOString() })
      const due = yield* run(["leases", "list", "--due"])
      assert.deepInclude(JSON.parse(due.stdout), { id: lease?.id, principal: `user:${who}`, reason: "REQ-7" })
      const expired = yield* run(["expire"])
      assert.strictEqual(expired.code, 0, expired.stderr)
      assert.deepInclude(JSON.parse(expired.stdout), { outcome: "ended", why: "expired" })
      assert.deepStrictEqual([membersOf(group).includes(who), membersOf(group).includes(second)], [false, true])

      const asked = yield* run(["leases", "end", other?.id ?? ""])
      assert.strictEqual(asked.code, 0)
      assert.match(
        asked.stderr,
        new RegExp(`\\(user:${second}\\) has ${membership(group)} until .+\nSince .+: REQ-7\n`, "u"),
      )
      assert.isTrue(membersOf(group).includes(second))
      const moved = yield* run(["leases", "extend", other?.id ?? "", "--for", "10h"])
      assert.isAbove(Date.parse(JSON.parse(moved.stdout).endsAt), Date.parse(other?.endsAt ?? ""), moved.stderr)
      const ended = yield* run(["leases", "end", other?.id ?? "", "--yes"])
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.isFalse(membersOf(group).includes(second))
      assert.deepStrictEqual(
        new Set((yield* all).map(({ closedAs }) => String(closedAs))),
        new Set(["expired", "revoked"]),
      )
      assert.lengthOf(
        audit().filter(({ intent }) => intent === "expire"),
        1,
      )
      const over = yield* run(["leases", "end", other?.id ?? "", "--yes"])
      assert.strictEqual(over.code, 64)
      assert.include(over.stderr, "is over: revoked")
    }),
  )

  it.live("tell with their exit code what could not be ended", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, all, put, slack, membersOf, group } = yield* leasing
      yield* grant(who, "--for", "8h", ...withoutWorker)
      for (const lease of yield* all) yield* put({ ...lease, endsAt: new Date(Date.now() - 1000).toISOString() })
      const blocked = yield* run(["expire"], { environment: { BATON_BUSINESS_PLUS_TOKEN: "" } })
      assert.strictEqual(blocked.code, 77, blocked.stderr)
      assert.deepInclude(JSON.parse(blocked.stdout), { outcome: "blocked" })
      assert.include(membersOf(group), who)
      const { code, stderr } = yield* run(["expire"], { environment: { BATON_BUSINESS_PLUS_TOKEN: slack.botToken } })
      assert.notStrictEqual(code, 0, stderr)
      assert.include(membersOf(group), who)
    }),
  )

  it.live("say who is worked for: a worker of another workspace ends nothing here", () =>
    Effect.gen(function* () {
      const { run, grant, who, second, store, put, all, withoutWorker } = yield* leasing
      const beat = (tenant: string, at: number) =>
        Effect.provide(
          LeaseStore.use((leases) => leases.beat(tenant, at)),
          leaseStoreOf(store),
        )
      yield* beat("T0OTHER", Date.now())
      assert.strictEqual((yield* grant(who, "--for", "8h", "--yes")).code, 64)
      yield* grant(who, "--for", "8h", ...withoutWorker)
      const [lease = assert.fail("It was granted.")] = yield* all
      assert.notInclude((yield* run(["leases", "list", "-o", "csv"])).stdout, "Workspace")
      yield* put({ ...lease, id: "other", tenant: "T0OTHER" })
      const listed = yield* run(["leases", "list", "-o", "csv"])
      assert.match(listed.stdout, /^Id,Workspace,/u)
      assert.include(listed.stdout, "other,T0OTHER,")
      yield* run(["expire"])
      yield* beat(lease.tenant, Date.now() + 60_000)
      const refused = yield* grant(second, "--for", "8h", "--yes")
      assert.strictEqual(refused.code, 64, "neither a single pass nor a sign of life of the future counts")
    }),
  )

  it.live("end with what stopped them, and say of a group that is gone that it is over", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, second, all, put, membersOf, group, slack, file } = yield* leasing
      for (const person of [who, second]) yield* grant(person, "--for", "8h", ...withoutWorker)
      const due = (yield* all).filter(({ principal }) => principal.resource === who)
      for (const lease of due) yield* put({ ...lease, endsAt: new Date(Date.now() - 1000).toISOString() })
      const unwritable = yield* run(["expire", "--audit-file", dirname(file)])
      assert.strictEqual(unwritable.code, 78, unwritable.stderr)
      assert.deepStrictEqual(
        [membersOf(group).includes(who), (yield* all).map(({ state }) => state)],
        [true, ["active", "active"]],
      )
      const other = (yield* all).find(({ principal }) => principal.resource === second)
      const headers = { authorization: `Bearer ${slack.userToken}` }
      const gone = yield* Effect.promise(() =>
        fetch(`${slack.scimUrl}v2/Groups/${group}`, { method: "DELETE", headers }),
      )
      assert.isTrue(gone.ok)
      const ended = yield* run(["leases", "end", other?.id ?? "", "--yes"])
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.include(ended.stderr, "It was over already: entitlement gone.")
      const extended = yield* run(["leases", "extend", due[0]?.id ?? "", "--for", "8h"])
      assert.strictEqual(extended.code, 64)
      assert.include(extended.stderr, "is over: entitlement gone")
    }),
  )

  it.live("take from elsewhere what is well-formed, not protected and approved, and no file of another kind", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, list, file, group, audit } = yield* leasing
      yield* grant(who, "--for", "8h", ...withoutWorker)
      const [lease] = (yield* run(["leases", "export"])).stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      const store = `${file}.elsewhere`
      const take = (changed: object, environment: Record<string, string> = {}) =>
        run(["leases", "import", list([JSON.stringify({ ...lease, ...changed })])], {
          environment: { BATON_LEASES: store, ...environment },
        })
      for (const changed of [
        { endsAt: "tomorrow" },
        { endsAt: "2100-02-30T00:00:00.000Z" },
        { begunAt: "2026-01-01" },
        { entitlement: { ...lease.entitlement, id: "group:S0OTHER:member" } },
        { state: "ended" },
        { closedAs: "expired" },
      ]) {
        const { code, stderr } = yield* take(changed)
        assert.deepStrictEqual([code, existsSync(store)], [65, false], stderr)
      }
      for (const environment of [{ BATON_PROTECTED: group }, { BATON_PROTECTED: `user:${who}` }]) {
        const { code, stderr } = yield* take({}, environment)
        assert.deepStrictEqual([code, existsSync(store)], [64, false], stderr)
        assert.include(stderr, "is protected")
      }
      const tooLong = yield* take({}, { BATON_MAX_LEASE: "1h" })
      assert.deepStrictEqual([tooLong.code, existsSync(store)], [64, false], tooLong.stderr)
      assert.include(tooLong.stderr, "BATON_MAX_LEASE")
      const approvers = `${file}.approvers.yaml`
      const { publicKey } = generateKeyPairSync("ed25519")
      const key = publicKey.export({ type: "spki", format: "pem" }).trim()
      writeFileSync(approvers, JSON.stringify({ people: [{ name: "bob", key, accounts: [], mayApprove: ["*"] }] }))
      const unapproved = yield* take({}, { BATON_APPROVERS: approvers, BATON_REQUIRE_APPROVAL: "1" })
      assert.deepStrictEqual([unapproved.code, existsSync(store)], [64, false], unapproved.stderr)
      assert.include(unapproved.stderr, "needs approval")
      const text = list(["entitlement,principal", "group:S1:member,U1"])
      const foreign = yield* run(["leases", "reconcile", "--audit-file", text, "--yes"])
      assert.strictEqual(foreign.code, 65, foreign.stderr)
      assert.include(foreign.stderr, "line 1: it is no entry of an audit log.")
      const log = list([...audit().map((entry) => JSON.stringify(entry)), '{"time":"2026-11-30T01'])
      const cut = yield* run(["leases", "reconcile", "--audit-file", log, "--yes"])
      assert.strictEqual(cut.code, 0, cut.stderr)
    }),
  )

  it.live("find what ConductorOne granted in the audit log as ConductorOne's, and pass over what is taken", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, second, all, file } = yield* leasing
      yield* grant(who, "--for", "8h", ...withoutWorker)
      yield* grant(second, "--for", "8h", ...withoutWorker)
      const [lease = assert.fail("It was granted.")] = (yield* all).filter(
        ({ principal }) => principal.resource === who,
      )
      const log = `${file}.audit.ndjson`
      yield* Effect.provide(
        AuditLog.use(({ append }) =>
          append({
            time: new Date().toISOString(),
            requestId: "task-1",
            actor: "U1",
            tenant: lease.tenant,
            intent: "grant",
            target: { entitlement: lease.entitlement.id, principal: `user:${who}` },
            outcome: "changed",
            lease: { id: "task-1", endsAt: "2100-01-01T00:00:00.000Z", kind: "c1" },
          }),
        ),
        auditLogFile(log),
      )
      const store = `${file}.restored`
      const restored = { environment: { BATON_LEASES: store } }
      const [other = lease] = (yield* all).filter(({ principal }) => principal.resource === second)
      yield* Effect.provide(
        LeaseStore.use((leases) => leases.put({ ...other, id: "begun-here" })),
        leaseStoreOf(store),
      )
      const found = yield* run(["leases", "reconcile", "--yes"], restored)
      assert.strictEqual(found.code, 0, found.stderr)
      assert.include(
        found.stderr,
        `note: ${other.id} was passed over: the store has another open lease of user:${second}`,
      )
      assert.include(found.stderr, "1 leases put right.")
      const listed = yield* run(["leases", "list", "-o", "csv"], restored)
      assert.match(listed.stdout, new RegExp(`task-1,.*,user:${who},.*,ConductorOne,`, "u"))
    }),
  )

  it.live("move to another store, as often as one likes, and are found again in the audit log", () =>
    Effect.gen(function* () {
      const { run, grant, withoutWorker, who, second, store, all, list, audit } = yield* leasing
      yield* grant(who, "--for", "8h", ...withoutWorker)
      const exported = yield* run(["leases", "export"])
      yield* grant(second, "--for", "8h", ...withoutWorker)
      const everything = yield* all
      const elsewhere = { environment: { BATON_LEASES: `${store}.copy` } }
      const path = list([exported.stdout.trim()])
      for (const said of ["1 leases added or moved", "0 leases added or moved"]) {
        const { code, stderr } = yield* run(["leases", "import", path], elsewhere)
        assert.strictEqual(code, 0, stderr)
        assert.include(stderr, said)
      }
      assert.strictEqual((yield* run(["leases", "import", list(["{}"])], elsewhere)).code, 65)
      const dry = yield* run(["leases", "reconcile"], elsewhere)
      assert.include(dry.stderr, "Run again with --yes")
      const put = yield* run(["leases", "reconcile", "--yes"], elsewhere)
      assert.strictEqual(put.code, 0, put.stderr)
      const there = yield* run(["leases", "list", "-o", "csv"], elsewhere)
      assert.strictEqual(there.stdout, (yield* run(["leases", "list", "-o", "csv"])).stdout)
      assert.lengthOf(everything, 2)
      assert.include((yield* run(["leases", "reconcile", "--yes"], elsewhere)).stderr, "as the audit log says")
      assert.lengthOf(audit(), 4)
    }),
  )
})

describe("a lease whose person others have removed", () => {
  const seenWithout = Effect.gen(function* () {
    const town = yield* leasing
    const { put, all, group, slack, who } = town
    const resource = { resourceType: "group", resource: group }
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    const putLease = (id: string, grantedAt: string) =>
      put({
        id,
        connector: "slack-business-plus",
        tenant: slack.teamId,
        entitlement: { id: membership(group), resource, slug: "member" },
        principal: { resourceType: "user", resource: who },
        begunAt: hourAgo,
        endsAt: "2100-01-01T00:00:00.000Z",
        state: "active",
        grantedAt,
      })
    const stateOf = (id: string) =>
      Effect.map(all, (leases) =>
        leases.flatMap((lease) => (lease.id === id ? (lease.closedAs ?? lease.state) : [])).join(),
      )
    return { ...town, hourAgo, putLease, stateOf }
  })

  it.live("is closed by the first sync that has read the groups and the people whole", () =>
    Effect.gen(function* () {
      const { run, hourAgo, putLease, stateOf } = yield* seenWithout
      yield* putLease("late", new Date(Date.now() + 60_000).toISOString())
      assert.strictEqual((yield* run(["sync"])).code, 0)
      assert.strictEqual(yield* stateOf("late"), "active", "it was granted after the sync began to read")
      yield* putLease("late", hourAgo)
      for (const narrowed of ["--skip-grants", "--sync-resource-types=group"]) {
        const partly = yield* run(["sync", narrowed])
        assert.strictEqual(partly.code, 0, partly.stderr)
        assert.strictEqual(yield* stateOf("late"), "active", narrowed)
      }
      const { code, stderr } = yield* run(["sync"])
      assert.strictEqual(code, 0, stderr)
      assert.include(stderr, "The lease late is over: others have removed user:")
      assert.strictEqual(yield* stateOf("late"), "removed by others")
    }),
  )

  it.live(
    "is closed by a plan that reads the group; of a store that cannot be read nothing is planned, and a sync says so",
    () =>
      Effect.gen(function* () {
        const { run, list, group, second, hourAgo, putLease, stateOf, membersOf, file } = yield* seenWithout
        yield* putLease("planned", hourAgo)
        const plan = (environment: Readonly<Record<string, string>> = {}) =>
          run(["plan", "--grants", list([`${membership(group)},${second}`]), "-o", "json"], { environment })
        writeFileSync(`${file}.other`, "no database, but a text")
        const damaged = yield* plan({ BATON_LEASES: `${file}.other` })
        assert.strictEqual(damaged.code, 65, "who holds something for a time would be taken for somebody who holds it")
        assert.include(damaged.stderr, "is damaged, or no store of changes")
        const synced = yield* run(["sync"], { environment: { BATON_LEASES: `${file}.other` } })
        assert.strictEqual(synced.code, 0, synced.stderr)
        assert.include(synced.stderr, "note: Whether access for a time is still held was not looked at.")
        const { code, stderr } = yield* plan()
        assert.strictEqual(code, 0, stderr)
        assert.include(stderr, "The lease planned is over: others have removed user:")
        assert.strictEqual(yield* stateOf("planned"), "removed by others")
        assert.notInclude(membersOf(group), second)
      }),
  )

  it.live(
    "is closed, with a line in the audit log, by whatever else reads the group: a preview, and what it previews",
    () =>
      Effect.gen(function* () {
        const { grant, group, second, hourAgo, putLease, stateOf, membersOf, audit, slack } = yield* seenWithout
        for (const [at, args] of [[], ["--for", "8h"], ["--yes"]].entries()) {
          const id = `previewed-${at}`
          yield* putLease(id, hourAgo)
          const before = slack.calls()["scim.groups.get"] ?? 0
          const { code, stderr } = yield* grant(second, ...args)
          assert.strictEqual(code, 0, stderr)
          assert.include(stderr, `The lease ${id} is over: others have removed user:`)
          assert.strictEqual(yield* stateOf(id), "removed by others")
          const line = audit().find(({ requestId }) => requestId === id)
          assert.deepInclude(line, { intent: "close", outcome: "already", reason: "removed by others" })
          const reads = (slack.calls()["scim.groups.get"] ?? 0) - before
          assert.isAtMost(reads, args.includes("--yes") ? 2 : 1)
        }
        assert.include(membersOf(group), second)
      }),
  )
})

describe("an account that is disabled until an instant", () => {
  it.live("is a reminder that ends nothing by itself, and is enabled by whoever ends it", () =>
    Effect.gen(function* () {
      const { run, who, slack, all, put } = yield* leasing
      const isActive = () =>
        [...slack.state()].some((entry) => "account" in entry && entry.account === who && entry.active)
      const past = ["--until", "2020-01-01T00:00Z", "--yes"]
      assert.strictEqual((yield* run(["actions", "run", "disable_user", "--user-id", who, ...past])).code, 64)
      assert.isTrue(isActive())
      const until = ["--until", "2100-01-01T00:00Z", "--reason", "on leave", "--yes"]
      const disabled = yield* run(["actions", "run", "disable_user", "--user-id", who, ...until])
      assert.strictEqual(disabled.code, 0, disabled.stderr)
      const [lease] = yield* all
      assert.deepInclude(lease, { kind: "reminder", endsAt: "2100-01-01T00:00:00.000Z", reason: "on leave" })
      assert.strictEqual((yield* run(["leases", "list", "--due"])).stdout, "")
      const move = (to: string) => run(["leases", "extend", lease?.id ?? "", "--until", to])
      for (const to of ["2099-01-01T00:00Z", "2101-01-01T00:00Z"]) {
        const moved = yield* move(to)
        assert.strictEqual(moved.code, 0, moved.stderr)
        assert.strictEqual((yield* all)[0]?.endsAt, new Date(to).toISOString())
      }
      const again = ["--until", "2102-01-01T00:00Z", "--reason", "on leave", "--yes"]
      assert.strictEqual((yield* run(["actions", "run", "disable_user", "--user-id", who, ...again])).code, 0)
      assert.deepStrictEqual(
        (yield* all).map(({ id, endsAt, state }) => [id, endsAt, state]),
        [[lease?.id ?? "", "2102-01-01T00:00:00.000Z", "active"]],
      )
      const over = yield* move("2020-01-01T00:00Z")
      assert.strictEqual(over.code, 64)
      assert.include(over.stderr, "--until is 2020-01-01T00:00Z, which is over.")
      if (lease !== undefined) yield* put({ ...lease, endsAt: new Date(Date.now() - 1000).toISOString() })
      assert.strictEqual((yield* run(["expire"])).stdout, "")
      assert.isFalse(isActive())
      assert.deepInclude(JSON.parse((yield* run(["leases", "list", "--due"])).stdout), { principal: `user:${who}` })
      const asked = yield* run(["leases", "end", lease?.id ?? ""])
      assert.match(asked.stderr, /is disabled until .+\nSince .+: on leave\nThe account would be enabled\./u)
      const ended = yield* run(["leases", "end", lease?.id ?? "", "--yes"])
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.deepStrictEqual([isActive(), (yield* all)[0]?.closedAs], [true, "done"])
      // Whoever enables the account in another way has done it as well, and a look does not.
      yield* run(["actions", "run", "disable_user", "--user-id", who, ...until])
      const open = Effect.map(all, (leases) => leases.filter(({ state }) => state !== "ended").length)
      yield* run(["actions", "run", "enable_user", "--user-id", who])
      assert.strictEqual(yield* open, 1)
      const enabled = yield* run(["actions", "run", "enable_user", "--user-id", who, "--yes"])
      assert.deepStrictEqual([enabled.code, yield* open], [0, 0])
    }),
  )
})

describe("an instant", () => {
  it("has an offset or Z, a day of the calendar and a time of the clock", () => {
    assert.strictEqual(instantOf("2026-12-01T18:00Z"), Date.UTC(2026, 11, 1, 18))
    assert.strictEqual(instantOf("2026-12-01T18:00:30+01:00"), Date.UTC(2026, 11, 1, 17, 0, 30))
    for (const text of [
      "2026-12-01",
      "2026-12-01T18:00",
      "2026-02-29T00:00Z",
      "2026-12-01T24:00Z",
      "2026-13-01T00:00Z",
      "soon",
    ])
      assert.isUndefined(instantOf(text), text)
  })
})
