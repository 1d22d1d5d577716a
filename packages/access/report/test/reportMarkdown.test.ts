// A report as Markdown and as JSON: what each part says, and where it is cut.
import { assert, describe, it } from "@effect/vitest"
import type { EndOf } from "@rollcall/access"
import { whole } from "@rollcall/test-kit/small-world"
import type { World } from "@rollcall/test-kit/small-world"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import { renderReport } from "../src/index.ts"
import { club, clubEnds, reportOfWorld } from "./reports.ts"

/** The parts of the report under their headings. */
const partsOf = Effect.fnUntraced(function* (world: World, before?: World, endOf?: EndOf) {
  const report = yield* reportOfWorld(world, before, undefined, endOf)
  const text = (yield* Stream.runCollect(renderReport(report, "markdown"))).join("")
  const parts = text.split(/^#{2,3} /mu).map((part) => {
    const [heading = "", ...lines] = part.split("\n").filter((line) => line !== "")
    return [heading, lines] as const
  })
  return { linesOf: (heading: string) => new Map(parts).get(heading) ?? assert.fail(heading) }
})

const many = (count: number, person: World["people"][string]): World["people"] =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, person]))

describe("A report as Markdown", () => {
  it.effect("lists those whom a reviewer looks for, and who is in the largest groups.", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-02T12:00:00Z"))
      const { linesOf } = yield* partsOf({
        ...club,
        people: { ...club.people, jon: { roles: ["owner"], email: undefined } },
      })
      assert.deepStrictEqual(linesOf("Owners and admins").slice(2), [
        "| ada | ada@example.com | enabled | member | on | owner | ada |",
        "| jon | none | enabled | unknown | off | owner | jon |",
        "| kay | kay@example.com | enabled | member | off | owner | kay |",
      ])
      assert.include(linesOf("Guests"), "| cyd | cyd@example.com | enabled | guest (one room) | 1 | cyd |")
      assert.include(
        linesOf("Disabled accounts that still hold something"),
        "| eve | eve@example.com | disabled | 2 | 2 | eve |",
      )
      assert.include(linesOf("Invitations"), "| hal | hal@example.com | enabled | 2026-01-01 | 60 | hal |")
      assert.include(linesOf("Invitations"), "| ivy | ivy@example.com | enabled | not known | not known | ivy |")
      assert.include(linesOf("Bots"), "| gil | gil@example.com | enabled | bot | bot | gil |")
      assert.include(linesOf("Largest groups"), "| Web | team | 4 | web |")
      assert.deepStrictEqual(linesOf("Members of Ops").slice(2), [
        "| ada | ada@example.com | ada |",
        "| eve | eve@example.com | eve |",
        "| kay | kay@example.com | kay |",
      ])
      const source = linesOf("Source").map((line) => line.replace(/\d{4}-[\d-]+T[\d:.]+Z/u, "TIME"))
      assert.deepStrictEqual(source.slice(2, 11), [
        "| Workspace | Club C1 (C1) |",
        "| Connector | club |",
        source[4],
        "| Began | TIME |",
        "| Ended | TIME |",
        "| File | club.c1z, 1 bytes |",
        `| SHA-256 | ${"0".repeat(64)} |`,
        "| Made by | Rollcall 1.2.3 |",
        "| Made at | TIME |",
      ])
      assert.match(source[4] ?? "", /^\| Sync \| \w+ \(full\) \|$/u)
      const summary = linesOf("Summary")
      assert.include(summary, "| Accounts | 11 | - |")
      assert.include(summary, "| Invitations open for 30 days or more | 1 to 2 | The age of 1 account is not known. |")
      assert.include(summary, "| guest (several rooms) | 1 |")
      assert.include(summary, "| disabled | 2 |")
      assert.include(summary, "| off | 7 |")
    }).pipe(Effect.scoped),
  )

  it.effect("lists whose access ends, with when and why, where somebody knows that.", () =>
    Effect.gen(function* () {
      const { linesOf } = yield* partsOf(club, undefined, clubEnds)
      assert.include(linesOf("Summary"), "| Accounts with access that ends | 2 | - |")
      assert.deepStrictEqual(linesOf("Accounts with access that ends"), [
        "| Name | E-mail | Status | Ends | ID |",
        "|---|---|---|---|---|",
        String.raw`| ada | ada@example.com | enabled | Ops (member): C1: until 2026-12-01 18:00 UTC; Web (member): 2026-12-02 18:00 UTC (lease of sam: stands in \| \<b\>) | ada |`,
        "| eve | eve@example.com | disabled | Web (member): 2026-12-03 00:00 UTC (lease) | eve |",
      ])
      const without = yield* partsOf(club)
      assert.throws(() => without.linesOf("Accounts with access that ends"))
    }).pipe(Effect.scoped),
  )

  it.effect("says where a list, a group and a section of changes are cut, and why a list may not be whole.", () =>
    Effect.gen(function* () {
      const people = many(201, { roles: ["owner"], teams: ["web"] })
      const gap = { resourceType: "role", missing: "roles", reason: "scope", explanation: "No scope." } as const
      const coverage = [
        ...whole("club", "user", "team"),
        { resourceType: "role", state: "partial" as const, gaps: [gap] },
      ]
      const { linesOf } = yield* partsOf(
        { people, teams: { web: "Web" }, coverage },
        { people: {}, teams: { web: "Web" } },
      )
      const admins = linesOf("Owners and admins")
      assert.include(admins, "The first 200 of 201 are here.")
      assert.include(admins.join("\n"), "Not all is known. role is not known: the sync lacks roles")
      assert.lengthOf(admins, 2 + 2 + 200)
      const members = linesOf("Members of Web")
      assert.strictEqual(members[0], "The first 20 of 201 are here.")
      assert.lengthOf(members, 1 + 2 + 20)
      const grown = linesOf("Groups and roles that grew (201)")
      assert.strictEqual(grown[0], "The first 50 are here. `rollcall diff -o csv` lists all of them.")
      // The line on the group itself is no change of its own.
      assert.lengthOf(grown, 1 + 2 + 1 + 50)
    }).pipe(Effect.scoped),
  )

  it.effect("escapes what could be markup in a name.", () =>
    Effect.gen(function* () {
      const name = "<b>|[x](y)`\u202e"
      const { linesOf } = yield* partsOf({
        people: { ada: { name, roles: ["owner"], teams: ["web"] } },
        teams: { web: name },
      })
      const escaped = String.raw`\<b\>\|\[x\](y)\`\\u202e`
      assert.include(linesOf("Owners and admins").join("\n"), `| ${escaped} |`)
      assert.isNotEmpty(linesOf(`Members of ${escaped}`))
    }).pipe(Effect.scoped),
  )
})

describe("A report as JSON", () => {
  it.effect(
    "has the ends of an account's access, the first first, and no member of that name where none are known.",
    () =>
      Effect.gen(function* () {
        const jsonOf = (endOf?: EndOf) =>
          reportOfWorld(club, undefined, undefined, endOf).pipe(
            Effect.flatMap((report) => Stream.runCollect(renderReport(report, "json"))),
            Effect.map((pieces) => JSON.parse(pieces.join(""))),
          )
        const read = yield* jsonOf(clubEnds)
        assert.deepStrictEqual(read.figures.ending, { count: 2, seen: 2, most: null, why: null })
        const ends = new Map(read.accounts.map(({ id, ends: its }: { id: string; ends: unknown }) => [id, its]))
        assert.deepStrictEqual(ends.get("ada"), [
          {
            endsAt: "2026-12-01T18:00:00.000Z",
            entitlement: "team:ops:member",
            access: "Ops (member)",
            by: "ConductorOne",
            reason: null,
            isOfC1: true,
          },
          {
            endsAt: "2026-12-02T18:00:30.000Z",
            entitlement: "team:web:member",
            access: "Web (member)",
            by: "sam",
            reason: "stands in | <b>",
            isOfC1: false,
          },
        ])
        assert.deepStrictEqual(ends.get("gil"), [])
        const without = yield* jsonOf()
        assert.isFalse("ending" in without.figures || "ends" in without.accounts[0])
      }).pipe(Effect.scoped),
  )

  it.effect("is one object with figures, groups, accounts and changes, and null for what is not known.", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-02T12:00:00Z"))
      const before = { ...club, people: { ...club.people, kay: { roles: ["member"] } } }
      const gap = { resourceType: "team", missing: "teams", reason: "scope", explanation: "No scope." } as const
      const coverage = [
        ...whole("club", "user", "role"),
        { resourceType: "team", state: "partial" as const, gaps: [gap] },
      ]
      const report = yield* reportOfWorld({ ...club, coverage }, before)
      const text = (yield* Stream.runCollect(renderReport(report, "json"))).join("")
      const read = JSON.parse(text)
      assert.deepStrictEqual(read.source, report.source)
      const why = "team is not known: the sync lacks teams. No scope."
      assert.deepStrictEqual(read.figures.groups, { count: null, seen: 3, most: null, why })
      assert.deepStrictEqual(read.figures.accounts, { count: 11, seen: 11, most: null, why: null })
      assert.deepStrictEqual(read.secondFactors, report.secondFactors)
      assert.deepStrictEqual(read.types[1], {
        id: "user",
        name: "user",
        resources: { count: 11, seen: 11, most: null, why: null },
        entitlements: { count: 0, seen: 0, most: null, why: null },
        grants: { count: 0, seen: 0, most: null, why: null },
      })
      assert.deepStrictEqual(read.groups[1], {
        resourceType: "team",
        id: "ops",
        name: "Ops",
        members: { count: null, seen: 3, most: null, why },
        listed: 3,
      })
      assert.deepStrictEqual(read.unseen, [{ what: "Teams", why: "No scope.", expected: false }])
      assert.strictEqual(read.changed.counts["new-admins"], 1)
      assert.deepInclude(read.changes[0], { section: "new-admins", change: "added" })
      const [ada, hal] = ["ada", "hal"].map((id) => read.accounts.find((account: { id: string }) => account.id === id))
      assert.deepStrictEqual(ada, {
        resourceType: "user",
        id: "ada",
        name: "ada",
        email: "ada@example.com",
        status: "enabled",
        kind: "member",
        kinds: ["member"],
        kindNote: null,
        mfa: true,
        roles: ["member", "owner"],
        privilegedBy: ["owner"],
        privilegedEntitlements: ["role:owner:held"],
        createdAt: null,
        unknown: [],
        groups: 2,
        inGroups: ["web", "ops"],
        holds: 3,
        open: null,
      })
      assert.deepInclude(hal, { kind: "invited", open: { since: "2026-01-01T00:00:00Z", atLeast: false, days: 60 } })
    }).pipe(Effect.scoped),
  )

  it.effect("has no character that a terminal acts on, and reads back as the names that there are.", () =>
    Effect.gen(function* () {
      const name = "\u202egnp\u001b[2J\u2028"
      const report = yield* reportOfWorld({ people: { ada: { name, teams: ["web"] } }, teams: { web: name } })
      const text = (yield* Stream.runCollect(renderReport(report, "json"))).join("")
      for (const sign of ["\u202e", "\u001b", "\u2028"]) assert.notInclude(text, sign)
      const { accounts, groups } = JSON.parse(text)
      assert.deepStrictEqual([accounts[0].name, groups[0].name], [name, name])
    }).pipe(Effect.scoped),
  )
})
