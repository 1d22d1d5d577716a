// What a later run takes up of what an earlier one left, and what it does not.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { Connector, Gap, MemoryOutput, Page, ReplacePolicy, Step, SyncRequest, Tenant } from "../src/index.ts"
import { ConnectorError, memoryOutput, runSync } from "../src/index.ts"
import { pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

const run = (connector: Connector, output: MemoryOutput, request: SyncRequest = {}) =>
  runSync(connector, request).pipe(Effect.provide(output.layer, { local: true }))

const away = new ConnectorError({
  reason: { _tag: "Unavailable", scope: "system" },
  message: "It is away.",
  hint: "Wait.",
})

/** Two pages, of which the second cannot be had at first. */
const stopReason = (id = "people"): Step => {
  const pages = pagedStep(id, [{ resources: [personResource("ada")] }, { resources: [personResource("bob")] }])
  let isAway = true
  return {
    ...pages,
    scopes: [{ scope: "people:read", purpose: "people", without: "people", required: true }],
    page: (request) =>
      Effect.suspend(() => {
        if (request.cursor === undefined || !isAway) return pages.page(request)
        isAway = false
        return Effect.fail(away)
      }),
  }
}

const openedBy = (tenant: Tenant, steps: ReadonlyArray<Step>, extra: Partial<Connector> = {}) =>
  tinyConnector(steps, { identify: Effect.succeed(tenant), ...extra })

const acme: Tenant = { id: "T1", displayName: "Acme", scopes: ["people:read", "unused:read"] }

/** Whether a second run takes up what the first one of another connector or request left. */
const isTakenUp = Effect.fnUntraced(function* (
  first: Connector,
  second: Connector,
  requests: readonly [SyncRequest, SyncRequest] = [{}, {}],
) {
  const output = memoryOutput()
  yield* Effect.flip(run(first, output, requests[0]))
  return (yield* run(second, output, requests[1])).resumed
})

describe("what an interrupted run left is taken up", () => {
  it.effect("by a run of the same connector, tenant, request and reach", () =>
    Effect.gen(function* () {
      const connector = openedBy(acme, [stopReason()])
      assert.isTrue(yield* isTakenUp(connector, connector))
    }),
  )

  it.effect("whatever the order in which the request names its types", () =>
    Effect.gen(function* () {
      const connector = openedBy(acme, [stopReason()])
      const requests = [{ resourceTypes: ["person", "team"] }, { resourceTypes: ["team", "person"] }] as const
      assert.isTrue(yield* isTakenUp(connector, connector, requests))
    }),
  )

  it.effect("when the credential gained a scope that no step uses", () =>
    Effect.gen(function* () {
      const step = stopReason()
      const wider = { ...acme, scopes: ["people:read", "admin"] }
      assert.isTrue(yield* isTakenUp(openedBy(acme, [step]), openedBy(wider, [step])))
    }),
  )
})

describe("what an interrupted run left is not taken up", () => {
  it.effect("by a run for another tenant", () =>
    Effect.gen(function* () {
      const step = stopReason()
      const other = { ...acme, id: "T2" }
      assert.isFalse(yield* isTakenUp(openedBy(acme, [step]), openedBy(other, [step])))
    }),
  )

  it.effect("by a run of another connector", () =>
    Effect.gen(function* () {
      const step = stopReason()
      assert.isFalse(yield* isTakenUp(openedBy(acme, [step]), openedBy(acme, [step], { id: "other" })))
    }),
  )

  it.effect("by a run of other steps, as after an upgrade", () =>
    Effect.gen(function* () {
      const step = stopReason()
      const before = openedBy(acme, [step, pagedStep("old", [{}])])
      assert.isFalse(yield* isTakenUp(before, openedBy(acme, [step])))
    }),
  )

  it.effect("by a run whose credential sees more of what the steps read", () =>
    Effect.gen(function* () {
      const step = stopReason()
      const narrow = { ...acme, scopes: [] }
      assert.isFalse(yield* isTakenUp(openedBy(narrow, [step]), openedBy(acme, [step])))
    }),
  )

  it.effect("by a run whose credential has a scope that a step uses where it is granted", () =>
    Effect.gen(function* () {
      const step = { ...stopReason(), usesIfGranted: ["roles:read"] }
      const wider = { ...acme, scopes: ["people:read", "roles:read"] }
      assert.isFalse(yield* isTakenUp(openedBy(acme, [step]), openedBy(wider, [step])))
    }),
  )

  it.effect("by a run whose credential opens other parts of the tenant, which cursors count", () =>
    Effect.gen(function* () {
      const step = stopReason()
      const parts = ["P1", "P2"].map((id) => ({ id, displayName: id }))
      const fewer = openedBy({ ...acme, parts: parts.slice(1) }, [step])
      assert.isFalse(yield* isTakenUp(openedBy({ ...acme, parts }, [step]), fewer))
    }),
  )

  it.effect("by a run more than a day later", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const connector = openedBy(acme, [stopReason()])
      yield* Effect.flip(run(connector, output))
      yield* TestClock.adjust("25 hours")
      assert.isFalse((yield* run(connector, output)).resumed)
    }),
  )
})

describe("a step that begins again", () => {
  it.effect("gives nothing of what it gave before", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      let isFirstWalk = true
      const changing: Step = {
        ...pagedStep("people", [{}]),
        page: ({ cursor }) =>
          Effect.suspend(() => {
            if (cursor === undefined && isFirstWalk) {
              return Effect.succeed({ resources: [personResource("left")], next: "1" })
            }
            if (cursor === undefined) return Effect.succeed({ resources: [personResource("stayed")] })
            isFirstWalk = false
            return Effect.fail(
              new ConnectorError({ reason: { _tag: "CursorExpired" }, message: "Too old.", hint: "Again." }),
            )
          }),
      }
      yield* run(tinyConnector([changing]), output)
      assert.deepStrictEqual(output.published()?.resources, [personResource("stayed")])
    }),
  )

  /** A step that ends with this, and counts how often it is asked; beside it one that is interrupted once. */
  const besideInterrupted = (end: Effect.Effect<Page, ConnectorError>, extra: Partial<Step> = {}) => {
    const calls = { count: 0 }
    const interrupted = stopReason()
    const ending = (more: Partial<Step> = {}): Step => ({
      ...pagedStep("teams", [{}], { ...extra, ...more }),
      produces: ["team"],
      page: () =>
        Effect.andThen(
          Effect.sync(() => void calls.count++),
          end,
        ),
    })
    return {
      calls,
      connector: (more?: Partial<Step>) => tinyConnector([ending(more), { ...interrupted, after: ["teams"] }]),
    }
  }

  it.effect("is asked again where its list was short, but not once everything is read", () =>
    Effect.gen(function* () {
      const gap: Gap = { resourceType: "team", missing: "teams", reason: "short", explanation: "There are more." }
      const { calls, connector } = besideInterrupted(
        Effect.suspend(() => Effect.succeed({ resources: [teamResource(`reading ${calls.count}`)], gaps: [gap] })),
      )
      const output = memoryOutput()
      yield* Effect.flip(run(connector(), output))
      assert.isTrue((yield* run(connector(), output)).resumed)
      assert.strictEqual(calls.count, 2)
      const teams = output.published()?.resources.filter(({ id }) => id.resourceType === "team")
      assert.deepStrictEqual(teams, [teamResource("reading 2")])

      const refusing = {
        before: () =>
          Effect.succeed({ counts: { resources: { person: 99 }, grants: {} }, complete: ["person"], endedAt: "" }),
      }
      const again = memoryOutput()
      const once = besideInterrupted(Effect.succeed({ gaps: [gap] }))
      yield* Effect.flip(run(once.connector(), again))
      const inAgain = (policy: ReplacePolicy) =>
        runSync(once.connector(), {}, policy).pipe(Effect.provide(again.layer, { local: true }))
      assert.strictEqual((yield* Effect.flip(inAgain(refusing))).reason, "Shrank")
      assert.isTrue((yield* inAgain({ ...refusing, acceptsShrink: true })).resumed)
      assert.strictEqual(once.calls.count, 2)
    }),
  )

  it.effect("is asked again where it was refused and may no longer be", () =>
    Effect.gen(function* () {
      const refused = new ConnectorError({ reason: { _tag: "Refused", by: "settings" }, message: "No.", hint: "Ask." })
      const { calls, connector } = besideInterrupted(Effect.fail(refused))
      const output = memoryOutput()
      yield* Effect.flip(run(connector({ optional: true }), output))
      const error = yield* Effect.flip(run(connector(), output))
      assert.deepStrictEqual([error.reason, calls.count, output.published()], ["Refused", 2, undefined])
      assert.isTrue((yield* run(connector({ optional: true }), output)).resumed)
    }),
  )

  it.effect("after a circle of cursors finds its way once the system is well again", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const well = pagedStep("people", [{}, { resources: [personResource("ada")] }])
      let isIll = true
      const circling: Step = {
        ...well,
        page: (request) => (isIll ? Effect.succeed({ next: "1" }) : well.page(request)),
      }
      const error = yield* Effect.flip(run(tinyConnector([circling]), output))
      assert.strictEqual(error.reason, "CursorRepeated")
      isIll = false
      yield* run(tinyConnector([circling]), output)
      assert.deepStrictEqual(output.published()?.resources, [personResource("ada")])
    }),
  )
})
