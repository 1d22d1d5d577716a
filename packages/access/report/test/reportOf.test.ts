// The figures of a report, from files of known content.
import { assert, describe, it } from "@effect/vitest"
import type { Coverage, Gap } from "@rollcall/connector"
import { openAccess } from "@rollcall/access"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { types, whole } from "@rollcall/test-kit/small-world"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { Figure, Report } from "../src/index.ts"
import { figureText, reportOf } from "../src/index.ts"
import { knowledgeOf } from "../src/knowledge.ts"
import { withListed } from "../src/largestGroups.ts"
import { reportedAccounts } from "../src/reportOf.ts"
import { changesOf } from "../src/pageRows.ts"
import { wordReader, wordWriter } from "../src/words.ts"
import { accessTo, accountsOf, club, made, reportOfWorld } from "./reports.ts"

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

  it.effect("includes that the sync is narrowed, and that a file of others does not say what is missing.", () =>
    Effect.gen(function* () {
      const whats = ({ unseen }: Report) => unseen.map(({ what }) => what)
      assert.include(whats(yield* reportOfWorld({ ...club, kind: "partial" })), "The sync is not a full one")
      const untold = yield* reportOfWorld({ ...club, coverage: [] })
      assert.include(whats(untold), "The file does not say what is missing from it")
    }).pipe(Effect.scoped),
  )

  it.effect("includes records of a sync that has not finished.", () =>
    Effect.gen(function* () {
      const sync = { id: "late", finished: false, types: ["user"], resources: { "user:ada": "Ada" } }
      const access = yield* openAccess(forgedFile(yield* scratchFolder("report"), [sync]))
      const report = yield* reportOf(access, { made, since: { none: "" } })
      assert.match(report.types[0]?.resources.why ?? "", /^The sync has not finished/u)
      assert.strictEqual(report.unseen[0]?.what, "The sync is not complete")
    }).pipe(Effect.scoped),
  )
})

describe("The words of a page", () => {
  it("are read as they were written, those too for which there is no number left.", () => {
    const words = [...Array.from({ length: 10_050 }, (_, at) => `word ${at}`), "word 1", "word 10040", "word 9999"]
    const [write, read] = [wordWriter(), wordReader()]
    const written = words.map(write)
    assert.deepStrictEqual(written.slice(-3), [1, "word 10040", 9999])
    assert.deepStrictEqual(written.map(read), words)
  })
})

describe("The changes of a page", () => {
  it.effect("are so many of each section, beside how many there are; how many hold something is none of them.", () =>
    Effect.gen(function* () {
      const many = Object.fromEntries(["u0", "u1", "u2"].map((id) => [id, { teams: ["web"] }]))
      const { changes } = yield* reportOfWorld(
        { people: many, teams: { web: "Web" } },
        { people: {}, teams: { web: "Web" } },
      )
      if ("none" in changes) return assert.fail(changes.none)
      const { data, rows } = changesOf(changes, 2)
      const grown = data.sections.findIndex(([title]) => title.startsWith("Groups and roles that grew"))
      assert.deepStrictEqual(data.sections[grown]?.slice(1), [changes.counts["grown"], 2])
      const whats = (yield* Stream.runCollect(rows)).filter(([section]) => section === grown).map(([, , what]) => what)
      assert.lengthOf(
        whats.filter((what) => what !== "holders"),
        2,
      )
      assert.include(whats, "holders")
    }).pipe(Effect.scoped),
  )
})
