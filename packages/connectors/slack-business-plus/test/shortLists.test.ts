// What becomes of a sync whose SCIM lists are not whole, over a simulated Slack that answers so.
import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, runSync, unexpectedGaps } from "@rollcall/connector"
import type { Fault, SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { slackBusinessPlus, type SlackBusinessPlusOptions } from "../src/index.ts"
import { simulatedSlack, type TokenOptions } from "./simulatedSlack.ts"

interface World extends SimulatorOptions {
  readonly connector?: SlackBusinessPlusOptions
  readonly tokens?: TokenOptions
}

/** Runs a sync as often as asked, over one Slack and one output. */
const syncs = Effect.fnUntraced(function* ({ connector = {}, tokens = {}, ...world }: World, times = 1) {
  const output = memoryOutput()
  const work = Effect.gen(function* () {
    const slack = yield* Simulator
    const ends = []
    for (let run = 0; run < times; run++) {
      const result = yield* Effect.result(
        runSync(slackBusinessPlus({ oneToken: tokens.oneToken ?? false, ...connector })).pipe(
          Effect.provide(output.layer, { local: true }),
        ),
      )
      const counts = output.published()?.resources.filter(({ id }) => id.resourceType === "group").length
      ends.push({ result, groups: counts, calls: { ...slack.calls() } })
    }
    return ends
  })
  return yield* Effect.provide(work, simulatedSlack({ users: 30, idpGroups: 12, ...world }, tokens), { local: true })
})

const only = Effect.fnUntraced(function* (world: World) {
  const [end] = yield* syncs(world)
  return end ?? (yield* Effect.die("no sync ran"))
})

const gapsIn = ({ result }: Effect.Success<ReturnType<typeof only>>) =>
  result._tag === "Success" ? unexpectedGaps(result.success.coverage) : []

const always = (method: string, fault: Fault["fault"]): Fault => ({ method, times: "always", fault })
const lone = { oneToken: true, userScopes: ["admin"] }

describe("IdP groups of which SCIM announces more than it lists", () => {
  const faults = [always("scim.groups.list", { kind: "wrongTotal", total: 40 })]

  it.live("are published with a gap that has figures", () =>
    Effect.gen(function* () {
      const end = yield* only({ faults })
      assert.deepStrictEqual(
        gapsIn(end).map(({ resourceType, reason, missing }) => [resourceType, reason, missing]),
        [["group", "short", "SCIM groups (40 groups announced, 12 could be read)"]],
      )
      const coverage = end.result._tag === "Success" ? end.result.success.coverage : []
      assert.strictEqual(coverage.find(({ resourceType }) => resourceType === "group")?.state, "partial")
      assert.strictEqual(end.groups, 12)
    }),
  )

  it.live("interrupt a sync that requires them, and the next one reads them from their first page", () =>
    Effect.gen(function* () {
      const passing = faults.map((fault) => ({ ...fault, times: 6 }))
      const [first, second] = yield* syncs({ faults: passing, connector: { sso: true } }, 2)
      const failure = first?.result._tag === "Failure" ? first.result.failure : undefined
      assert.deepInclude(failure, { kind: "interrupted", step: "scim-groups" })
      assert.include(failure?.message, "40 groups announced, 12 could be read")
      assert.include(failure?.hint, "--allow-short-lists (BATON_ALLOW_SHORT_LISTS=true)")
      assert.isUndefined(first?.groups)
      assert.strictEqual(second?.result._tag, "Success")
      assert.deepStrictEqual([second?.groups, second?.calls["scim.groups.list"]], [12, 7])
      assert.strictEqual(second?.calls["scim.users.list"], first?.calls["scim.users.list"])
    }),
  )

  it.live("are published with the gap even so, if short lists are allowed", () =>
    Effect.gen(function* () {
      const end = yield* only({ faults, connector: { sso: true, allowShortLists: true } })
      assert.deepStrictEqual([gapsIn(end).length, end.groups], [1, 12])
    }),
  )

  it.live("or none of which it lists, are never an empty list", () =>
    Effect.gen(function* () {
      const end = yield* only({ faults: [always("scim.groups.list", { kind: "shortPage", records: 0 })] })
      assert.include(gapsIn(end)[0]?.missing, "12 groups announced, 0 could be read")
    }),
  )
})

describe("SCIM accounts beside users.list", () => {
  it.live("are whole after one reading if they hold everybody of it, whatever their total says", () =>
    Effect.gen(function* () {
      const end = yield* only({ faults: [always("scim.users.list", { kind: "wrongTotal", total: 400 })] })
      assert.deepStrictEqual([gapsIn(end), end.calls["scim.users.list"]], [[], 2])
    }),
  )

  it.live("of which a page comes again are a gap with figures, and the accounts are there", () =>
    Effect.gen(function* () {
      const faults = [{ ...always("scim.users.list", { kind: "firstPageAgain" }), call: 2 }]
      const end = yield* only({ users: 1500, idpGroups: 0, faults })
      assert.match(gapsIn(end)[0]?.missing ?? "", /^SCIM accounts \(1\d{3} accounts announced, 1000 could be read\)$/u)
      const counts = end.result._tag === "Success" ? end.result.success.published.counts : undefined
      assert.isAtLeast(counts?.resources["user"] ?? 0, 1500)
    }),
  )
})

describe("SCIM accounts that no other list shows", () => {
  const faults = [always("scim.users.list", { kind: "wrongTotal", total: 400 })]

  it.live("interrupt the sync if they are short, unless short lists are allowed", () =>
    Effect.gen(function* () {
      const refused = yield* only({ faults, tokens: lone })
      assert.deepInclude(refused.result._tag === "Failure" ? refused.result.failure : {}, {
        kind: "interrupted",
        step: "scim-users",
      })
      const allowed = yield* only({ faults, tokens: lone, connector: { allowShortLists: true } })
      assert.include(
        gapsIn(allowed).map(({ reason }) => reason),
        "short",
      )
    }),
  )

  it.live("interrupt the sync if there are none, because the token belongs to one", () =>
    Effect.gen(function* () {
      const empty: ReadonlyArray<Fault> = [
        always("scim.users.list", { kind: "wrongTotal", total: 0 }),
        always("scim.users.list", { kind: "shortPage", records: 0 }),
      ]
      const { result } = yield* only({ faults: empty, tokens: lone })
      const failure = result._tag === "Failure" ? result.failure : undefined
      assert.deepInclude(failure, { kind: "interrupted" })
      assert.include(failure?.message, "not even that of the token")
    }),
  )
})

describe("a SCIM list that is refused", () => {
  const fault = { kind: "error", error: "plus_teams_only" } as const

  it.live("after its first page interrupts the sync, also if it is optional, and is read again from there", () =>
    Effect.gen(function* () {
      const faults = [{ method: "scim.groups.list", call: 2, fault }]
      const [first, second] = yield* syncs({ idpGroups: 150, faults }, 2)
      assert.deepInclude(first?.result._tag === "Failure" ? first.result.failure : {}, { kind: "interrupted" })
      assert.isUndefined(first?.groups)
      assert.deepStrictEqual([second?.groups, second?.calls["scim.groups.list"]], [150, 4])
    }),
  )

  it.live("at its first page is a gap if it is optional", () =>
    Effect.gen(function* () {
      const end = yield* only({ faults: [{ method: "scim.groups.list", fault }] })
      assert.deepStrictEqual(
        gapsIn(end).map(({ reason, missing }) => [reason, missing]),
        [["plan", "IDP Group"]],
      )
    }),
  )
})
