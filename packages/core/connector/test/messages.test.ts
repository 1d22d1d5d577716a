// What the engine and a store tell each other is data: a store that is handed everything as JSON, as one in another process
// would be, publishes the same.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import type { Step } from "../src/index.ts"
import {
  applyChanges,
  AuditLog,
  Change,
  memoryOutput,
  runSync,
  StepState,
  SyncIdentity,
  SyncResult,
  SyncStore,
} from "../src/index.ts"
import { auditLog, change, clubs } from "./changes/clubs.ts"
import { isMember, membership, pagedStep, personResource, teamResource, tinyConnector } from "./tinyConnector.ts"

/** A value as it comes out at the other end of a wire. */
const sent = <S extends Schema.Codec<unknown, unknown>>(schema: S, value: S["Type"]): S["Type"] => {
  const text = JSON.stringify(Schema.encodeUnknownSync(schema)(value))
  return Schema.decodeUnknownSync(schema)(JSON.parse(text))
}

const overWire = (store: SyncStore["Service"]): SyncStore["Service"] => ({
  ...store,
  open: (identity, acceptsShrink) =>
    Effect.map(store.open(sent(SyncIdentity, identity), acceptsShrink), (open) => ({
      ...open,
      steps: open.steps.map((state) => sent(StepState, state)),
    })),
  commit: (records, state, listed) => store.commit(records, sent(StepState, state), listed),
  publish: (result) => store.publish(sent(SyncResult, result)),
})

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => personResource(`p${index}`, { displayName: `p${index}` }))

const steps = (count: number): ReadonlyArray<Step> => [
  pagedStep("people", [
    { resources: people(count).slice(0, 2), warnings: [{ code: "odd", message: "It is odd." }] },
    { resources: people(count).slice(2) },
  ]),
  pagedStep(
    "teams",
    [{ resources: [teamResource("red")], entitlements: [membership("red")], grants: [isMember("red", "p0")] }],
    { produces: ["team"] },
  ),
  // The same people, believed on their status alone.
  pagedStep(
    "directory",
    [{ resources: people(count).map((one) => ({ ...one, displayName: "?", status: "disabled" as const })) }],
    {
      authorityOn: ["status"],
    },
  ),
]

/** Two syncs, of which the second would lose too much. */
const twoSyncs = (wrap: (store: SyncStore["Service"]) => SyncStore["Service"]) =>
  Effect.gen(function* () {
    const output = memoryOutput()
    const layer = Layer.effect(SyncStore, Effect.map(SyncStore, wrap)).pipe(Layer.provide(output.layer))
    const first = yield* runSync(tinyConnector(steps(40))).pipe(Effect.provide(layer, { local: true }))
    const error = yield* Effect.flip(runSync(tinyConnector(steps(3))).pipe(Effect.provide(layer, { local: true })))
    const taken = yield* runSync(tinyConnector(steps(3)), {}, { acceptsShrink: true }).pipe(
      Effect.provide(layer, { local: true }),
    )
    return { first, error: [error._tag, error.message], taken, published: output.published() }
  })

describe("messages", () => {
  it.effect("of a sync between engine and store are data: a store on the other end of a wire publishes the same", () =>
    Effect.gen(function* () {
      const here = yield* twoSyncs((store) => store)
      assert.include(here.error[1], "40 person before, 3 now")
      assert.deepInclude(here.published?.resources[0], { displayName: "p0", status: "disabled" })
      assert.deepStrictEqual(yield* twoSyncs(overWire), here)
    }),
  )

  it.effect("about a change are data, and lead to the same", () =>
    Effect.gen(function* () {
      const town = clubs({ clubs: { chess: ["ada"] } })
      const changes = [change("chess", "bob"), { ...change("chess", "eve"), aliases: ["e"], ineligible: "a guest" }]
      const { results } = yield* applyChanges(town.connector, {
        intent: "grant",
        changes: changes.map((one) => sent(Change, one)),
      }).pipe(Effect.provideService(AuditLog, auditLog().service))
      assert.deepStrictEqual(
        results.map(({ outcome }) => outcome),
        ["changed", "changed"],
      )
      assert.deepStrictEqual(
        results.map((result) => result.change),
        changes.map((one) => ({ ...one, intent: "grant" as const })),
      )
    }),
  )

  it("that hold a function where data belongs are refused", () => {
    const identity = { connector: "tiny", tenant: () => "T1", request: "all", reach: [], steps: [] }
    assert.throws(() => Schema.decodeUnknownSync(SyncIdentity)(identity), /tenant/)
  })
})
