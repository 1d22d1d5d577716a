// The figures of a report, from files of known content.
import { assert, describe, it } from "@effect/vitest"
import type { Coverage, Gap } from "@rollcall/connector"
import { types, whole } from "@rollcall/test-kit/small-world"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { Figure, Report } from "../src/index.ts"
import { figureText } from "../src/index.ts"
import { knowledgeOf } from "../src/knowledge.ts"
import { withListed } from "../src/largestGroups.ts"
import { reportedAccounts } from "../src/reportOf.ts"
import { accessTo, accountsOf, club, reportOfWorld } from "./reports.ts"

const texts = ({ figures }: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(figures).map(([name, figure]: [string, Figure]) => [name, figureText(figure)]))

const withGap = (resourceType: string, gap: Partial<Gap>): ReadonlyArray<Coverage> => [
  ...whole(...Object.keys(types).filter((id) => id !== resourceType)),
  {
    resourceType,
    state: "partial",
    gaps: [
      { resourceType, missing: `some of ${resourceType}`, reason: "scope", explanation: "A scope is missing.", ...gap },
    ],
  },
]

describe("A report", () => {
  it.effect("counts each sort of accounts, and says how each of them is counted.", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-02T12:00:00Z"))
      const report = yield* reportOfWorld(club)
      assert.deepStrictEqual(texts(report), {
        accounts: "11",
        enabled: "9",
        disabled: "2",
        privileged: "2",
        guests: "2",
        bots: "1",
        invited: "2",
        // When one of them was invited is not known.
        invitedLong: "1 to 2",
        disabledHolding: "1",
        withoutMfa: "7",
        groups: "3",
      })
      assert.deepStrictEqual(
        report.kinds,
        [
          { word: "invited", count: 2 },
          { word: "member", count: 4 },
          { word: "not known since it was deactivated", count: 2 },
          { word: "bot", count: 1 },
          { word: "guest (one room)", count: 1 },
          { word: "guest (several rooms)", count: 1 },
        ].toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1)),
      )
      assert.deepStrictEqual(report.statuses, [
        { word: "enabled", count: 9 },
        { word: "disabled", count: 2 },
      ])
      assert.deepStrictEqual(report.unseen, [])
      assert.deepStrictEqual(report.changes, { none: "There is no earlier sync." })
    }).pipe(Effect.scoped),
  )

  it.effect("has every account, with its roles, its groups, and what makes it privileged.", () =>
    Effect.gen(function* () {
      const report = yield* reportOfWorld(club)
      const accounts = yield* accountsOf(report)
      const { ada, eve, fay } = Object.fromEntries(accounts)
      assert.deepStrictEqual([...accounts.keys()], Object.keys(club.people))
      assert.deepStrictEqual(ada?.roles, ["member", "owner"])
      assert.deepStrictEqual(ada?.privilegedBy, ["owner"])
      const names = report.groups.map(({ name }) => name)
      assert.deepStrictEqual(names.slice(0, 2), ["Web", "Ops"])
      assert.sameMembers(
        (ada?.inGroups ?? []).map((place) => names[place] ?? ""),
        ["Web", "Ops"],
      )
      assert.deepStrictEqual([ada?.groups, eve?.groups, eve?.holds, fay?.holds], [2, 2, 2, 0])
    }).pipe(Effect.scoped),
  )

  it.effect("lists the largest groups first, without what all accounts belong to, and who is in them.", () =>
    Effect.gen(function* () {
      const report = yield* reportOfWorld(club)
      assert.deepStrictEqual(
        report.groups.map(({ name, members, listed }) => [name, figureText(members), listed]),
        [
          ["Web", "4", 4],
          ["Ops", "3", 3],
          ["Idle", "0", 0],
        ],
      )
      const [web] = report.groups
      assert.isDefined(web)
      const members = yield* Stream.runCollect(report.membersOf(web, 2))
      assert.deepStrictEqual(
        members.map(({ id }) => id.resource),
        ["ada", "ben"],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("names the 2,000 largest groups.", () =>
    Effect.gen(function* () {
      const teams = Object.fromEntries(Array.from({ length: 2_001 }, (_, at) => [`t${at}`, `Team ${at}`]))
      const report = yield* reportOfWorld({ people: { ada: { teams: ["t2000"] } }, teams })
      assert.lengthOf(report.groups, 2_000)
      assert.strictEqual(figureText(report.figures.groups), "2,001")
      assert.deepInclude(report.groups[0], { name: "Team 2000", listed: 1 })
    }).pipe(Effect.scoped),
  )

  it.effect("lets the first accounts of a group say that they are in it: as many as are to be listed, each time.", () =>
    Effect.gen(function* () {
      const access = yield* accessTo("club.c1z", club)
      const knowledge = yield* knowledgeOf(access)
      const { groups } = yield* reportOfWorld(club)
      const cut = groups.map((group, place) => ({ ...group, listed: place === 0 ? 2 : group.listed }))
      const accounts = reportedAccounts(access, { groups: cut, knowledge, parents: new Set() }, () =>
        Effect.succeed(null),
      )
      for (const all of [yield* Stream.runCollect(accounts), yield* Stream.runCollect(accounts)]) {
        const saying = (place: number) =>
          all.filter(({ inGroups }) => inGroups.includes(place)).map(({ id }) => id.resource)
        assert.deepStrictEqual(
          [saying(0), saying(1)],
          [
            ["ada", "ben"],
            ["ada", "eve", "kay"],
          ],
        )
      }
    }).pipe(Effect.scoped),
  )

  it("lists 50,000 members of a group, and 500,000 memberships of all, of the largest groups first.", () => {
    const sizes = [60_000, 50_001, 50_000, ...Array.from({ length: 8 }, () => 49_000)]
    const groups = sizes.map((seen, at) => ({
      id: { resourceType: "team", resource: String(at) },
      name: "",
      typeName: "team",
      members: { seen, why: null, most: null },
      listed: 0,
    }))
    const listed = withListed(groups).map((group) => group.listed)
    assert.deepStrictEqual(listed, [50_000, 50_000, 50_000, ...sizes.slice(3, 10), 500_000 - 150_000 - 7 * 49_000])
  })

  it.effect("says how long invitations are open: since the account is there, or at least since the earlier sync.", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-02T12:00:00Z"))
      const report = yield* reportOfWorld(club, { people: { ivy: { roles: ["invited"] } } })
      const { hal, ivy, ada } = Object.fromEntries(yield* accountsOf(report))
      assert.deepStrictEqual(hal?.open, { since: "2026-01-01T00:00:00Z", atLeast: false, days: 60 })
      assert.isTrue(ivy?.open?.atLeast)
      assert.isNull(ada?.open)
    }).pipe(Effect.scoped),
  )

  it.effect("tells what changed since the earlier sync.", () =>
    Effect.gen(function* () {
      const { changes } = yield* reportOfWorld(club, {
        ...club,
        people: { ...club.people, kay: { roles: ["member"] } },
      })
      assert.isFalse("none" in changes)
      if ("none" in changes) return
      assert.strictEqual(changes.counts["new-admins"], 1)
    }).pipe(Effect.scoped),
  )
})

describe("What a sync does not show", () => {
  const cases: ReadonlyArray<
    readonly [what: string, coverage: ReadonlyArray<Coverage>, unknown: ReadonlyArray<string>]
  > = [
    [
      "accounts",
      withGap("user", {}),
      [
        "accounts",
        "enabled",
        "disabled",
        "privileged",
        "guests",
        "bots",
        "invited",
        "invitedLong",
        "disabledHolding",
        "withoutMfa",
      ],
    ],
    ["roles", withGap("role", {}), ["privileged", "guests", "bots", "invited", "invitedLong", "disabledHolding"]],
    ["teams", withGap("team", {}), ["disabledHolding", "groups"]],
    ["second factors", withGap("user", { attributes: ["mfa"], expected: true }), ["withoutMfa"]],
    ["kinds", withGap("user", { attributes: ["kind"] }), ["guests", "bots", "invited", "invitedLong"]],
    ["statuses", withGap("user", { attributes: ["status"] }), ["enabled", "disabled", "disabledHolding"]],
  ]
  it.effect.each(cases)("makes figures about %s unknown, and never 0 or smaller.", ([, coverage, unknown]) =>
    Effect.gen(function* () {
      const report = yield* reportOfWorld({ ...club, coverage })
      const all = texts(report)
      const found = Object.keys(all).filter((name) => all[name]?.startsWith("unknown") === true)
      assert.sameMembers(found, [...unknown])
      for (const [name, figure] of Object.entries<Figure>({ ...report.figures })) {
        assert.strictEqual(figure.why === null, !unknown.includes(name) && name !== "invitedLong", name)
      }
      assert.include(report.unseen.map(({ why }) => why).join(), "A scope is missing.")
    }).pipe(Effect.scoped),
  )

  it.effect("of single accounts bounds the figure.", () =>
    Effect.gen(function* () {
      const report = yield* reportOfWorld({ ...club, people: { ...club.people, lea: { roles: [] } } })
      assert.strictEqual(figureText(report.figures.guests), "2 to 3")
      assert.strictEqual(report.figures.guests.why, "The kind of 1 account is not known.")
      assert.deepStrictEqual(
        report.unseen.map(({ what }) => what),
        ["The kind of 1 account"],
      )
    }).pipe(Effect.scoped),
  )

  it.effect(
    "includes what entitlements mean, of a connector that nobody knows here, but for those that are named.",
    () =>
      Effect.gen(function* () {
        const unknown = yield* reportOfWorld(club, undefined, { knowsConnector: false })
        assert.deepStrictEqual(
          [unknown.figures.privileged, unknown.figures.guests, unknown.figures.invited].map(figureText),
          ["unknown", "unknown", "unknown"],
        )
        // Records of accounts say themselves whether they are somebody's.
        assert.deepStrictEqual(unknown.kinds, [{ word: "human", count: 11 }])
        assert.strictEqual(figureText(unknown.figures.bots), "0")
        const named = yield* reportOfWorld(club, undefined, {
          knowsConnector: false,
          privileged: ["role:own*", "team:ops:*"],
        })
        assert.strictEqual(figureText(named.figures.privileged), "3")
        const { ada, eve } = Object.fromEntries(yield* accountsOf(named))
        assert.deepStrictEqual(ada?.privilegedBy, ["owner", "Ops (member)"])
        assert.deepStrictEqual(eve?.privilegedBy, ["Ops (member)"])
      }).pipe(Effect.scoped),
  )

  it.effect("includes all that a narrowed sync leaves out.", () =>
    Effect.gen(function* () {
      const report = yield* reportOfWorld({ ...club, types: [types.club, types.user, types.role] })
      assert.strictEqual(figureText(report.figures.groups), "unknown")
    }).pipe(Effect.scoped),
  )
})
