// The pages in a browser: with hostile text in every field, by keyboard, for a screen reader, and printed.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import type { StoreError } from "@rollcall/connector"
import {
  hasChromium,
  hostileEffects,
  hostilePageOf,
  openBrowser,
  seriousBarriers,
  watchedPage,
} from "@rollcall/test-kit/chromium"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { World } from "@rollcall/test-kit/small-world"
import { whole } from "@rollcall/test-kit/small-world"
import { Effect, Stream } from "effect"
import type { Report } from "../src/index.ts"
import { diffPage, renderReport } from "../src/index.ts"
import { accountsOf, club, clubEnds, reportOfWorld } from "./reports.ts"

// Whatever a browser might take for more than text.
const hostile = [
  "</script><script>document.title='ran'</script>",
  "<img src=x onerror=alert(1)>",
  "<!--<script>",
  "\u202egnp.exe",
  "\u0000\u001b[2J",
  "javascript:alert(1)",
  '"><svg onload=alert(1)>',
  "${alert(1)}`\\",
  "__proto__",
]

const people: World["people"] = Object.fromEntries(
  hostile.flatMap((text, at) => [
    [`a${at}`, { name: text, email: `${text}@example.com`, roles: ["member", "owner"], teams: ["t0", `t${at}`] }],
    [`b${at}`, { name: text, email: text, roles: ["invited"], createdAt: text }],
    [`c${at}`, { name: text, status: "disabled", roles: [], teams: [`t${at}`] }],
    [text, { name: text, roles: ["guest"] }],
  ]),
)

const hostileWorld: World = {
  people,
  teams: Object.fromEntries(hostile.map((text, at) => [`t${at}`, text])),
  coverage: [
    ...whole("club", "role"),
    {
      resourceType: "user",
      state: "partial",
      gaps: hostile.map((text) => ({ resourceType: "user", missing: text, reason: "scope", explanation: text })),
    },
    { resourceType: "team", state: "complete", gaps: [] },
  ],
}

const opened = Effect.fnUntraced(function* (text: Stream.Stream<string, StoreError>) {
  const path = join(yield* scratchFolder("report"), "report.html")
  writeFileSync(path, (yield* Stream.runCollect(text)).join(""))
  const watched = yield* watchedPage(yield* openBrowser)
  yield* Effect.promise(() => watched.page.goto(pathToFileURL(path).href))
  return watched
})

const openedReport = (world: World, before?: World, change: (report: Report) => Report = (report) => report) =>
  Effect.flatMap(reportOfWorld(world, before), (report) => opened(renderReport(change(report), "html")))

const run = <A>(step: () => Promise<A>): Effect.Effect<A> => Effect.promise(step)

const withHostileSource = (report: Report): Report => {
  const text = hostile.join(" ")
  const workspace = { id: text, name: text }
  return { ...report, source: { ...report.source, file: text, workspace, connector: text, syncId: text } }
}

describe.runIf(hasChromium)("The page of a report", () => {
  it.live("shows hostile text as text in every part: nothing of it runs, and nothing is fetched.", () =>
    Effect.gen(function* () {
      const { page, requests, faults } = yield* openedReport(hostileWorld, club, withHostileSource)
      for (const part of [
        "summary",
        "unseen",
        "privileged",
        "guests",
        "disabledHolding",
        "invited",
        "groups",
        "all",
        "source",
      ]) {
        const text = yield* run(() => page.locator(`#${part}`).innerText())
        assert.include(text, "<img src=x onerror=alert(1)>", part)
        assert.include(text, String.raw`\u202egnp.exe`, part)
      }
      const changed = yield* run(() => page.locator("#changes").innerText())
      assert.include(changed, "user is not compared: the later sync lacks <img src=x onerror=alert(1)>")
      assert.strictEqual(
        yield* run(() => page.locator("img, svg, iframe, main script, main a[href]:not([href^='#'])").count()),
        0,
      )
      assert.deepStrictEqual({ requests, faults }, { requests: [], faults: [] })
    }).pipe(Effect.scoped),
  )

  it.live("shows text as text in each field of its data, whichever that is.", () =>
    Effect.gen(function* () {
      const report = yield* reportOfWorld({ ...club, coverage: hostileWorld.coverage }, { people: {}, teams: {} })
      const html = (yield* Stream.runCollect(renderReport(report, "html"))).join("")
      const hostilePage = hostilePageOf(html, ([name]) => name === "page")
      const { page, requests, faults } = yield* opened(Stream.make(hostilePage.html))
      const { effects, hidden } = yield* hostileEffects(page, hostilePage)
      assert.deepStrictEqual({ effects, requests, faults }, { effects: [], requests: [], faults: [] })
      // A time is cut to its day, and why a type is not whole stands among what could not be seen.
      const cut = /^(?:people\.\d+\.12\.0|types\.\d+\.\d\.why|changes\.sections\.\d+\.0|changeRows\.\d+\.2)$/u
      assert.deepStrictEqual(
        hidden.filter((path) => !cut.test(path)),
        [],
      )
    }).pipe(Effect.scoped),
  )

  it.live("shows figures, the people whom lists are about, and what is not known as unknown.", () =>
    Effect.gen(function* () {
      const gap = {
        resourceType: "team",
        missing: "members of teams",
        reason: "scope",
        explanation: "A scope is missing.",
      } as const
      const coverage = [
        ...whole("club", "user", "role"),
        { resourceType: "team", state: "partial" as const, gaps: [gap] },
      ]
      const { page } = yield* openedReport({ ...club, coverage })
      const cards = yield* run(() => page.locator("#summary ul.cards").innerText())
      assert.include(cards, "11\nAccounts")
      assert.include(cards, "2\nOwners and admins")
      assert.include(cards, "unknown\nDisabled accounts that still hold something (1 seen)")
      assert.include(cards, "unknown\nGroups (3 seen)")
      const admins = yield* run(() => page.locator("#privileged tbody").innerText())
      assert.match(admins, /^ada\tada@example\.com\tenabled\tmember\ton\towner\tada\nkay\t/u)
      for (const [part, names] of Object.entries({
        guests: ["cyd", "dan"],
        disabledHolding: ["eve"],
        bots: ["gil"],
        invited: ["hal", "ivy"],
      })) {
        const shown = yield* run(() => page.locator(`#${part} tbody td:first-child`).allInnerTexts())
        assert.deepStrictEqual(shown, names)
      }
      assert.include(
        yield* run(() => page.locator("#disabledHolding").innerText()),
        "Not all is known. team is not known: the sync lacks members of teams.",
      )
      const [unseen, inexact] = yield* run(() => page.locator("#unseen tbody").allInnerTexts())
      assert.include(unseen, "Members of teams\tA scope is missing.\tno")
      assert.include(inexact, "Groups\tunknown (3 seen)\tteam is not known: the sync lacks members of teams.")
      assert.include(inexact, "Invitations open for 30 days or more\t1 to 2\tThe age of 1 account is not known.")
      assert.include(
        yield* run(() => page.locator("header .notice").innerText()),
        "1 thing that a sync should show could not be seen.",
      )
    }).pipe(Effect.scoped),
  )

  it.live("lists whose access ends, with when and why, as text, and beside all accounts.", () =>
    Effect.gen(function* () {
      const report = yield* reportOfWorld(club, undefined, undefined, clubEnds)
      const { page } = yield* opened(renderReport(report, "html"))
      assert.include(
        yield* run(() => page.locator("#summary ul.cards").innerText()),
        "2\nAccounts with access that ends",
      )
      const ends =
        "Ops (member): C1: until 2026-12-01 18:00 UTC; Web (member): 2026-12-02 18:00 UTC (lease of sam: stands in | <b>)"
      assert.deepStrictEqual(yield* run(() => page.locator("#ending tbody tr").allInnerTexts()), [
        `ada\tada@example.com\tenabled\tmember\t${ends}\tada`,
        "eve\teve@example.com\tdisabled\tnot known since it was deactivated\tWeb (member): 2026-12-03 00:00 UTC (lease)\teve",
      ])
      assert.include(yield* run(() => page.locator("#all tbody").innerText()), `\t${ends}\tada`)
    }).pipe(Effect.scoped),
  )

  it.live("puts the invitation first that is open for longest, and says how many are long open.", () =>
    Effect.gen(function* () {
      const zoe = { roles: ["invited"], createdAt: "2020-01-01T00:00:00Z" }
      const { page } = yield* openedReport(
        { ...club, people: { ...club.people, zoe } },
        { people: { ivy: { roles: ["invited"] } } },
      )
      const part = page.locator("#invited")
      assert.deepStrictEqual(yield* run(() => part.locator("tbody td:first-child").allInnerTexts()), [
        "zoe",
        "hal",
        "ivy",
      ])
      assert.include(yield* run(() => part.innerText()), "Invitations open for 30 days or more: 2.")
      assert.match(yield* run(() => part.locator("tbody tr").last().innerText()), /\tbefore [\d-]{10}\tat least 0\t/u)
    }).pipe(Effect.scoped),
  )

  it.live("shows who is in a group by keyboard, and goes there.", () =>
    Effect.gen(function* () {
      const { page } = yield* openedReport(club)
      const heading = run(() => page.locator("#groups h3").innerText())
      assert.strictEqual(yield* heading, "Members of Web")
      yield* run(() => page.getByRole("button", { name: "Ops" }).press("Enter"))
      assert.strictEqual(yield* heading, "Members of Ops")
      assert.strictEqual(yield* run(() => page.evaluate("document.activeElement.textContent")), "Members of Ops")
      const members = yield* run(() =>
        page.getByRole("region", { name: "Members of Ops" }).locator("tbody tr td:first-child").allInnerTexts(),
      )
      assert.deepStrictEqual(members, ["ada", "eve", "kay"])
    }).pipe(Effect.scoped),
  )

  it.live("finds people by name, address, role, id and group, and by what they are.", () =>
    Effect.gen(function* () {
      const { page } = yield* openedReport(club)
      const part = page.locator("#all")
      const found = run(() => part.locator("tbody tr td:first-child").allInnerTexts())
      const search = (text: string) => run(() => part.getByLabel("Search").fill(text))
      yield* search("ops")
      assert.deepStrictEqual(yield* found, ["ada", "eve", "kay"])
      yield* search("HAL@example")
      assert.deepStrictEqual(yield* found, ["hal"])
      yield* search("")
      yield* run(() => part.getByLabel("Kind").selectOption("guest (one room)"))
      assert.deepStrictEqual(yield* found, ["cyd"])
      yield* run(() => part.getByLabel("Kind").selectOption("All"))
      yield* run(() => part.getByLabel("Status").selectOption("disabled"))
      assert.deepStrictEqual(yield* found, ["eve", "fay"])
    }).pipe(Effect.scoped),
  )

  it.live.each(["light", "dark"] as const)("has no serious barrier that axe knows, on a %s screen.", (colorScheme) =>
    Effect.gen(function* () {
      const { page } = yield* openedReport(club, { people: { ivy: { roles: ["invited"] } } })
      yield* run(() => page.emulateMedia({ colorScheme }))
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
    }).pipe(Effect.scoped),
  )

  it.live("has no more width than the screen of a telephone.", () =>
    Effect.gen(function* () {
      const { page } = yield* openedReport(hostileWorld)
      yield* run(() => page.setViewportSize({ width: 390, height: 800 }))
      assert.isAtMost(Number(yield* run(() => page.evaluate("document.documentElement.scrollWidth"))), 390)
    }).pipe(Effect.scoped),
  )

  it.live("has no more width than a sheet of paper in print.", () =>
    Effect.gen(function* () {
      const { page } = yield* openedReport(hostileWorld)
      yield* run(() => page.setViewportSize({ width: 700, height: 1000 }))
      yield* run(() => page.emulateMedia({ media: "print" }))
      // A button on a screen, on paper the name of a group.
      assert.isTrue(yield* run(() => page.locator("#groups button.name").first().isVisible()))
      assert.isAtMost(Number(yield* run(() => page.evaluate("document.documentElement.scrollWidth"))), 700)
    }).pipe(Effect.scoped),
  )

  it.live("says how many members of a group it has where it is cut.", () =>
    Effect.gen(function* () {
      const cut = (report: Report): Report => ({
        ...report,
        figures: { ...report.figures, groups: { seen: 5_000, why: null, most: null } },
        groups: report.groups.map((group) => ({ ...group, listed: Math.min(group.listed, 2) })),
      })
      const { page } = yield* openedReport(club, undefined, cut)
      const groups = yield* run(() => page.locator("#groups").innerText())
      assert.include(groups, "The first 2 of 4 members are here.")
      assert.include(groups, "The largest 3 of 5,000 are here.")
    }).pipe(Effect.scoped),
  )

  it.live("says which members are no accounts, which changes are not in it, and what has no name.", () =>
    Effect.gen(function* () {
      const teams = { web: "", t1: "One", t2: "Two", t3: "Three", t4: "Four" }
      const ada = { roles: ["owner"], teams: Object.keys(teams) }
      const more = (report: Report): Report => ({
        ...report,
        groups: report.groups.map((group) => ({
          ...group,
          listed: group.listed + 1,
          members: { ...group.members, seen: group.members.seen + 1 },
        })),
        changes:
          "none" in report.changes
            ? report.changes
            : { ...report.changes, counts: { ...report.changes.counts, "new-admins": 5_000 } },
      })
      const { page } = yield* openedReport({ people: { ada }, teams }, { people: { ada: {} }, teams }, more)
      const groups = yield* run(() => page.locator("#groups").innerText())
      assert.include(groups, "1 of 2 members are not accounts that the sync lists.")
      assert.include(groups, "(no name)")
      assert.include(yield* run(() => page.locator("#changes").innerText()), "The first 2,000 of 5,000 are here.")
      assert.match(yield* run(() => page.locator("#all tbody").innerText()), /\t5: .*, .*, .* and 2 more\t/u)
      // Each name by itself, so that one of another direction does not move those beside it.
      assert.strictEqual(yield* run(() => page.locator("#all tbody bdi").count()), 3)
    }).pipe(Effect.scoped),
  )

  it.live("tells none from unknown: no address, an address that was not read, and a list that may lack some.", () =>
    Effect.gen(function* () {
      const gap = { resourceType: "user", missing: "addresses", reason: "scope", explanation: "No scope." } as const
      const coverage = [
        ...whole("club", "team"),
        { resourceType: "role", state: "partial" as const, gaps: [{ ...gap, resourceType: "role", missing: "roles" }] },
        { resourceType: "user", state: "partial" as const, gaps: [{ ...gap, attributes: ["email"] as const }] },
      ]
      const nobodys = { ada: { email: undefined } }
      const cells = (world: World) =>
        Effect.gen(function* () {
          const { page } = yield* openedReport(world)
          return {
            email: yield* run(() => page.locator("#all tbody td").nth(1).innerText()),
            bots: yield* run(() => page.locator("#bots p").last().innerText()),
          }
        })
      assert.deepStrictEqual(yield* cells({ people: nobodys }), { email: "none", bots: "None." })
      assert.deepStrictEqual(yield* cells({ people: nobodys, coverage }), { email: "unknown", bots: "None was seen." })
    }).pipe(Effect.scoped),
  )
})

/** The page of a report of 100,000 accounts, with five groups of each named. */
const largePage = Effect.gen(function* () {
  const report = yield* reportOfWorld(club)
  const [one] = (yield* accountsOf(report)).values()
  assert.isDefined(one)
  const accounts = Stream.map(Stream.range(1, 100_000), (at) => ({
    ...one,
    id: { resourceType: "user", resource: `U${String(at).padStart(8, "0")}` },
    name: `Firstname${at % 977} Lastname${at % 1009}`,
    attributes: { ...one.attributes, email: `firstname${at % 977}.lastname${at}@example.com` },
    groups: 5,
    inGroups: [at % 400, (at + 80) % 400, (at + 160) % 400, (at + 240) % 400, (at + 320) % 400],
  }))
  return renderReport({ ...report, accounts }, "html")
})

describe("The page of a report of 100,000 accounts", () => {
  it.effect("has less than 15 MB.", () =>
    Effect.gen(function* () {
      const bytes = yield* Stream.runFold(
        yield* largePage,
        () => 0,
        (sum, piece) => sum + Buffer.byteLength(piece),
      )
      assert.isBelow(bytes, 15_000_000)
    }).pipe(Effect.scoped),
  )

  it.live.runIf(hasChromium)(
    "is searched and paged in the page, which has elements for the rows of one page alone.",
    () =>
      Effect.gen(function* () {
        const { page, faults } = yield* opened(yield* largePage)
        const part = page.locator("#all")
        const status = run(() => part.locator("[role=status]").innerText())
        assert.strictEqual(yield* run(() => part.locator("tbody tr").count()), 25)
        assert.strictEqual(yield* status, "Rows 1 to 25 of 100,000")
        yield* run(() => part.getByRole("button", { name: "Later rows" }).click())
        assert.strictEqual(yield* status, "Rows 26 to 50 of 100,000")
        yield* run(() => part.getByLabel("Search").fill("LASTNAME77777@"))
        assert.strictEqual(yield* status, "Rows 1 to 1 of 1 found among 100,000")
        assert.include(yield* run(() => part.locator("tbody").innerText()), "U00077777")
        assert.isBelow(yield* run(() => page.locator("*").count()), 3_000)
        assert.deepStrictEqual(faults, [])
      }).pipe(Effect.scoped),
  )
})

describe.runIf(hasChromium)("The page of a comparison", () => {
  const changed: World = {
    ...club,
    people: { ...club.people, ben: { roles: ["member", "owner"] }, new: { name: hostile[1] ?? "", roles: ["guest"] } },
  }
  const diffText = Effect.fnUntraced(function* (coverage?: World["coverage"]) {
    const { changes } = yield* reportOfWorld({ ...changed, coverage }, club)
    if ("none" in changes) return yield* Effect.die("nothing was compared")
    const source = {
      before: hostile[0] ?? "",
      after: hostile[1] ?? "",
      version: "1.2.3",
      madeAt: "2026-10-01T00:00:00.000Z",
    }
    return (yield* Stream.runCollect(diffPage(changes, source))).join("")
  })

  it.live("has what changed by what a reader looks for first, as text, and fetches nothing.", () =>
    Effect.gen(function* () {
      const { page, requests, faults } = yield* opened(Stream.make(yield* diffText()))
      const headings = yield* run(() => page.locator("h2").allInnerTexts())
      assert.deepStrictEqual(headings.slice(0, 2), ["New admins: privileged access gained (1)", "New guests (1)"])
      const rows = yield* run(() => page.locator("tbody tr").allInnerTexts())
      assert.match(rows[0] ?? "", /^added\tben\tben@example\.com\tmember\towner \(held\)/u)
      assert.include(rows[1] ?? "", "<img src=x onerror=alert(1)>")
      assert.deepStrictEqual({ requests, faults }, { requests: [], faults: [] })
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
    }).pipe(Effect.scoped),
  )

  it.live("shows text as text in each field of its data, whichever that is.", () =>
    Effect.gen(function* () {
      const hostilePage = hostilePageOf(yield* diffText(hostileWorld.coverage), ([name]) => name === "page")
      const { page, requests, faults } = yield* opened(Stream.make(hostilePage.html))
      const { effects, hidden } = yield* hostileEffects(page, hostilePage)
      assert.deepStrictEqual({ effects, requests, faults }, { effects: [], requests: [], faults: [] })
      const unused = /^(?:changes\.sections\.\d+\.0|changeRows\.\d+\.2)$/u
      assert.deepStrictEqual(
        hidden.filter((path) => !unused.test(path)),
        [],
      )
    }).pipe(Effect.scoped),
  )
})
