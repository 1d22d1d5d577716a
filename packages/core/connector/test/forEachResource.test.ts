// A step that reads the children of each stored resource: which calls it makes, and what a kill leaves.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ConnectorReason, Evidence, Page, Step, SyncRequest } from "../src/index.ts"
import { ConnectorError, forEachResource, grantOf, memoryOutput, runSync, SyncEvents } from "../src/index.ts"
import { membership, pagedStep, personResource, reasonOf, teamResource, tinyConnector } from "./tinyConnector.ts"

const teamsStep = (names: ReadonlyArray<string>, extra: Partial<Step> = {}): Step =>
  pagedStep(
    "teams",
    names.map((name) => ({ resources: [teamResource(name)], entitlements: [membership(name)] })),
    { produces: ["team"], ...extra },
  )

/** Members by team, one a page, and what was asked: `red 1` is the second page of the team. */
const membersStep = (
  members: Readonly<Record<string, ReadonlyArray<string>>>,
  refuse?: (asked: string) => ConnectorReason | undefined,
) => {
  const calls: Array<string> = []
  const step: Step = {
    ...pagedStep("members", [{}], { produces: ["person"], after: ["teams"] }),
    ...forEachResource("team", ({ parent, cursor }) => {
      const team = parent.id.resource
      const asked = cursor === undefined ? team : `${team} ${cursor}`
      calls.push(asked)
      const reason = refuse?.(asked)
      if (reason !== undefined) return Effect.fail(new ConnectorError({ reason, message: "No.", hint: "Ask." }))
      const index = Number(cursor ?? 0)
      const all = members[team] ?? []
      const page: Page = {
        resources: all.slice(index, index + 1).map((who) => personResource(who)),
        grants: all.slice(index, index + 1).map((who) => grantOf(parent.id, "member", personResource(who).id)),
      }
      return Effect.succeed(index + 1 < all.length ? { ...page, next: String(index + 1) } : page)
    }),
  }
  return { step, calls }
}

const tenant = { id: "T1", displayName: "Tiny Inc." }

/** Evidence of one parent, of which nothing else is asked. */
const evidence: Evidence = {
  unseen: () => Effect.die("not asked"),
  count: () => Effect.die("not asked"),
  compare: () => Effect.die("not asked"),
  parents: () => Effect.succeed([teamResource("red")]),
  unknownPrincipals: () => Effect.die("not asked"),
}

const three = { blue: ["ada", "bob"], green: [], red: ["eve", "ada", "kim"] }
const everyCall = ["blue", "blue 1", "green", "red", "red 1", "red 2"]

const sync = (steps: ReadonlyArray<Step>, output = memoryOutput(), request: SyncRequest = {}) =>
  runSync(tinyConnector(steps), request).pipe(Effect.provide(output.layer, { local: true }))

const idsIn = (output: ReturnType<typeof memoryOutput>, type: string) =>
  output
    .published()
    ?.resources.filter(({ id }) => id.resourceType === type)
    .map(({ id }) => id.resource)
    .toSorted()

describe("a step for each stored resource", () => {
  it.effect("asks every page of every parent once, in the order of their ids, and nothing besides", () =>
    Effect.gen(function* () {
      const { step, calls } = membersStep(three)
      const output = memoryOutput()
      yield* sync([teamsStep(["red", "blue", "green"]), step], output)
      assert.deepStrictEqual(calls, everyCall)
      assert.deepStrictEqual(idsIn(output, "person"), ["ada", "bob", "eve", "kim"])
      assert.lengthOf(output.published()?.grants ?? [], 5)
    }),
  )

  it.effect("makes no call where there is no parent", () =>
    Effect.gen(function* () {
      const { step, calls } = membersStep(three)
      yield* sync([pagedStep("teams", [{}], { produces: ["team"] }), step])
      assert.deepStrictEqual(calls, [])
    }),
  )

  it.effect("goes on where it was killed, after any page, and asks no page twice that was stored", () =>
    Effect.gen(function* () {
      for (let killedAfter = 1; killedAfter <= everyCall.length; killedAfter++) {
        const { step, calls } = membersStep(three)
        const steps = [teamsStep(["red", "blue", "green"]), step]
        const output = memoryOutput()
        let left = killedAfter
        yield* sync(steps, output).pipe(
          Effect.provideService(SyncEvents, (event) =>
            event._tag === "PageCommitted" && event.step === "members" && --left <= 0 ? Effect.interrupt : Effect.void,
          ),
          Effect.exit,
        )
        calls.splice(0)
        yield* sync(steps, output)
        assert.deepStrictEqual(calls, everyCall.slice(killedAfter), `killed after page ${killedAfter}`)
        assert.lengthOf(output.published()?.grants ?? [], 5)
      }
    }),
  )

  it.effect("goes on with the next parent where the one that it stopped at is gone", () =>
    Effect.gen(function* () {
      const { step, calls } = membersStep(three)
      yield* step.page({ tenant, evidence, cursor: '["green","7"]' })
      assert.deepStrictEqual(calls, ["red"])
    }),
  )

  it.effect("reads parents that the request leaves out, and does not publish them", () =>
    Effect.gen(function* () {
      const { step, calls } = membersStep(three)
      const output = memoryOutput()
      const { coverage } = yield* sync([teamsStep(["red", "blue", "green"]), step], output, {
        resourceTypes: ["person"],
      })
      assert.deepStrictEqual(calls, everyCall)
      assert.deepStrictEqual([idsIn(output, "person")?.length, idsIn(output, "team")], [4, []])
      assert.deepStrictEqual(
        coverage.map(({ resourceType, state }) => [resourceType, state]),
        [
          ["person", "complete"],
          ["team", "skipped"],
        ],
      )
    }),
  )

  it.effect("names what it lacks where its parents are refused, and makes no call", () =>
    Effect.gen(function* () {
      const { step, calls } = membersStep(three)
      const reason: ConnectorReason = { _tag: "Refused", by: "scope", missingScopes: ["teams:read"] }
      const refused = Effect.fail(new ConnectorError({ reason, message: "No.", hint: "Ask." }))
      const { coverage } = yield* sync([{ ...teamsStep(["red"], { optional: true }), page: () => refused }, step])
      assert.deepStrictEqual(calls, [])
      for (const { gaps } of coverage) assert.deepStrictEqual(gaps[0]?.missingScopes, ["teams:read"])
      assert.deepStrictEqual(
        coverage.map(({ resourceType, gaps }) => [resourceType, gaps.length]),
        [
          ["person", 1],
          ["team", 1],
        ],
      )
    }),
  )

  it.effect("lacks what a short list of parents does not show, and says so", () =>
    Effect.gen(function* () {
      const { step } = membersStep(three)
      const short = { resourceType: "team", missing: "teams (3 of 9)", reason: "short" as const, explanation: "Short." }
      const teams = pagedStep("teams", [{ resources: [teamResource("red")], gaps: [short] }], { produces: ["team"] })
      const { coverage } = yield* sync([teams, step])
      const people = coverage.find(({ resourceType }) => resourceType === "person")
      assert.deepStrictEqual([people?.state, people?.gaps[0]?.missing], ["partial", "Person of teams (3 of 9)"])
    }),
  )

  it.effect("is refused at a later parent as at its first page: an optional step ends there with a gap", () =>
    Effect.gen(function* () {
      const { step } = membersStep(three, (asked) => (asked === "red" ? reasonOf("Refused") : undefined))
      const output = memoryOutput()
      const { coverage } = yield* sync([teamsStep(["red", "blue"]), { ...step, optional: true }], output)
      assert.strictEqual(coverage.find(({ resourceType }) => resourceType === "person")?.state, "partial")
      assert.deepStrictEqual(idsIn(output, "person"), ["ada", "bob"])
    }),
  )

  it.effect("is interrupted where a list of a parent is refused after its first page", () =>
    Effect.gen(function* () {
      const { step } = membersStep(three, (asked) => (asked === "red 1" ? reasonOf("Refused") : undefined))
      const error = yield* Effect.flip(sync([teamsStep(["red", "blue"]), { ...step, optional: true }]))
      assert.strictEqual(error.kind, "interrupted")
    }),
  )

  it.effect("starts again where its cursor cannot be understood", () =>
    Effect.gen(function* () {
      const { step } = membersStep(three)
      const error = yield* Effect.flip(step.page({ tenant, evidence, cursor: "7" }))
      assert.nestedPropertyVal(error, "reason._tag", "CursorExpired")
    }),
  )
})
