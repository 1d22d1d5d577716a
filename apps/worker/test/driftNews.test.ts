// What of a comparison is told, and in which words.
import { assert, describe, it } from "@effect/vitest"
import type { EntitlementDrift } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { DriftReport } from "../src/drift/driftMessage.ts"
import { slackBody, standardBody } from "../src/drift/driftMessage.ts"
import { keptInFile, makeNews } from "../src/drift/driftNews.ts"

const people = (...ids: ReadonlyArray<string>) => ids.map((resource) => ({ resourceType: "user", resource }))

const drift = (group: string, more: Partial<EntitlementDrift> = {}): EntitlementDrift => ({
  entitlement: `group:${group}:member`,
  resourceName: `Group ${group}`,
  state: more.missing === undefined && more.extra === undefined ? "same" : "differs",
  missing: [],
  extra: [],
  blocked: [],
  lent: [],
  why: [],
  ...more,
})

const world = Effect.gen(function* () {
  const path = join(yield* scratchFolder("drift"), "sync.c1z.drift.json")
  let news = makeNews(keptInFile(path))
  const told = (...drifts: ReadonlyArray<EntitlementDrift>) =>
    Effect.tap(news.of("T1", drifts), (found) => (found === undefined ? Effect.void : news.arrived))
  return {
    path,
    whatOf: (...drifts: ReadonlyArray<EntitlementDrift>) => Effect.map(told(...drifts), (found) => found?.what),
    newsOf: (...drifts: ReadonlyArray<EntitlementDrift>) => news.of("T1", drifts),
    restart: () => void (news = makeNews(keptInFile(path))),
  }
})

describe("drift is news", () => {
  it.effect("when it appears, changes and ends, and not in between, be the worker restarted or not", () =>
    Effect.gen(function* () {
      const { whatOf, restart, path } = yield* world
      assert.isUndefined(yield* whatOf(drift("A"), drift("B")), "nothing is told of a system that is as desired")
      assert.strictEqual(yield* whatOf(drift("A", { missing: people("U1", "U2") }), drift("B")), "found")
      assert.isUndefined(yield* whatOf(drift("B"), drift("A", { missing: people("U2", "U1") })))
      restart()
      assert.isUndefined(yield* whatOf(drift("A", { missing: people("U1", "U2") }), drift("B")))
      assert.strictEqual(yield* whatOf(drift("A", { extra: people("U1", "U2") }), drift("B")), "changed")
      assert.strictEqual(yield* whatOf(drift("A"), drift("B", { state: "unclear", why: ["it is gone"] })), "changed")
      assert.strictEqual(yield* whatOf(drift("A"), drift("B")), "ended")
      assert.isUndefined(yield* whatOf(drift("A"), drift("B")))
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      assert.notInclude(readFileSync(path, "utf8"), "U1")
    }).pipe(Effect.scoped),
  )

  it.effect("not where a sync did not show it: what was notified stands until one does", () =>
    Effect.gen(function* () {
      const { whatOf } = yield* world
      const unknown = drift("A", { state: "unknown", why: ["the sync lacks members"] })
      assert.isUndefined(yield* whatOf(unknown))
      assert.strictEqual(yield* whatOf(drift("A", { missing: people("U1") })), "found")
      assert.isUndefined(yield* whatOf(unknown))
      assert.isUndefined(yield* whatOf(drift("A", { missing: people("U1") })))
      assert.strictEqual(yield* whatOf(drift("A")), "ended")
    }).pipe(Effect.scoped),
  )

  it.effect("until its message has arrived, which keeps its id for as long as it says the same", () =>
    Effect.gen(function* () {
      const { newsOf, restart, whatOf } = yield* world
      const one = drift("A", { missing: people("U1") })
      const first = yield* newsOf(one)
      restart()
      assert.deepStrictEqual(yield* newsOf(one), first)
      const other = yield* newsOf(drift("A", { missing: people("U2") }))
      assert.strictEqual(other?.what, "found")
      assert.notStrictEqual(other?.id, first?.id)
      assert.isUndefined(yield* whatOf(drift("A")), "it ended before anybody was notified")
      assert.notStrictEqual((yield* newsOf(one))?.id, first?.id)
    }).pipe(Effect.scoped),
  )

  it.effect("once more where the record of what was notified is damaged", () =>
    Effect.gen(function* () {
      const { whatOf, restart, path } = yield* world
      const one = drift("A", { missing: people("U1") })
      assert.strictEqual(yield* whatOf(one), "found")
      writeFileSync(path, "{}")
      restart()
      assert.strictEqual(yield* whatOf(one), "found")
    }).pipe(Effect.scoped),
  )
})

const report = (drifts: ReadonlyArray<EntitlementDrift>, names?: DriftReport["names"]): DriftReport => ({
  what: "found",
  at: Date.UTC(2026, 10, 30),
  connector: "slack-business-plus",
  tenant: { id: "T1", displayName: "Acme & <Co>" },
  syncId: "sync-1",
  drifts,
  names,
})

const some = [
  drift("A"),
  drift("B", { missing: people("U1"), extra: people("U2", "U3"), blocked: people("U4") }),
  drift("C", { state: "unclear", why: ["eve@example.com: no user has this address or id"] }),
  drift("D", { state: "unknown", why: ["the sync lacks members"] }),
]

const names = new Map([
  ["user:U1", { name: "<!channel> & Söhne", address: "ann@example.com" }],
  ["user:U2", { name: "Ben" }],
])

describe("a message on drift", () => {
  it("has counts and ids, and no names unless they are given", () => {
    const told = JSON.parse(standardBody(report(some)))
    assert.deepStrictEqual(told, {
      type: "drift.found",
      timestamp: "2026-11-30T00:00:00.000Z",
      data: {
        connector: "slack-business-plus",
        tenant: { id: "T1" },
        sync: "sync-1",
        people: { missing: 1, extra: 2, blocked: 1 },
        entitlements: { same: 1, differs: 1, unknown: 1, unclear: 1 },
        differing: [
          {
            id: "group:B:member",
            state: "differs",
            missing: { count: 1, principals: [{ id: "user:U1" }] },
            extra: { count: 2, principals: [{ id: "user:U2" }, { id: "user:U3" }] },
          },
          {
            id: "group:C:member",
            state: "unclear",
            missing: { count: 0, principals: [] },
            extra: { count: 0, principals: [] },
          },
        ],
        leftOff: 0,
      },
    })
    for (const body of [standardBody(report(some)), slackBody(report(some))]) {
      for (const name of ["Acme", "Group", "example.com", "Söhne"]) assert.notInclude(body, name)
    }
    const named = JSON.parse(standardBody(report(some, names)))
    assert.deepStrictEqual(named.data.tenant, { id: "T1", name: "Acme & <Co>" })
    assert.deepStrictEqual(named.data.differing[0].missing.principals, [
      { id: "user:U1", name: "<!channel> & Söhne", address: "ann@example.com" },
    ])
    assert.strictEqual(named.data.differing[0].name, "Group B")
  })

  it("for Slack is a text and a block in which no name is markup", () => {
    const { text, blocks } = JSON.parse(slackBody(report(some, names)))
    assert.include(
      text,
      "Drift was found in Acme &amp; &lt;Co&gt; (T1): 1 person lacks what they should hold, 2 people hold",
    )
    const [block] = blocks
    assert.deepStrictEqual([block.type, block.text.type, block.text.verbatim], ["section", "mrkdwn", true])
    assert.include(block.text.text, "1 missing: &lt;!channel&gt; &amp; Söhne, ann@example.com (user:U1)")
    assert.include(block.text.text, "2 not to hold it: Ben (user:U2), user:U3")
    assert.notMatch(`${text}${block.text.text}`, /[<>]/u)
  })

  it("stays small however much differs, and says how much it left off", () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      drift(`S${at}`, { extra: people(...Array.from({ length: 300 }, (__, who) => `U${at}X${who}`)) }),
    )
    const everybody = new Map(
      many.flatMap(({ extra }) =>
        extra.map(
          ({ resource }) => [`user:${resource}`, { name: "&".repeat(80), address: `${resource}@example.com` }] as const,
        ),
      ),
    )
    for (const known of [undefined, everybody]) {
      const told = JSON.parse(standardBody(report(many, known)))
      assert.strictEqual(told.data.people.extra, 150_000)
      assert.strictEqual(told.data.differing.length + told.data.leftOff, 500)
      assert.strictEqual(told.data.differing[0].extra.count, 300)
      const { text } = JSON.parse(slackBody(report(many, known))).blocks[0].text
      assert.isAtMost(text.length, 3000)
      assert.match(text, /… and (?:4\d\d|500) more/u)
    }
    assert.isAtMost(standardBody(report(many)).length, 20_000)
  })
})
