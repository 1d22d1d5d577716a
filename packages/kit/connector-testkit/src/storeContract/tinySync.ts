// A small sync for the contract of stores, and how the runs of a test use a store.
import type { Records, StepState, StoreError, SyncIdentity, SyncResult } from "@rollcall/connector"
import { entitlementId, grantOf, SyncStore } from "@rollcall/connector"
import type { Layer, Scope } from "effect"
import { Effect } from "effect"
import { TestClock } from "effect/testing"

/** A kind of store, and where each test gets an output of its own. */
export interface StoreWorld {
  readonly name: string
  /** An empty output: the layer of a store over it, which the suite provides again for each run, as a process would. */
  readonly output: Effect.Effect<Layer.Layer<SyncStore, StoreError>, never, Scope.Scope>
}

/** When the first run of a test begins, in milliseconds since the epoch. */
export const start = Date.UTC(2026, 0, 1)

/** In milliseconds. */
export const hour = 3_600_000

/** An empty output, and how a run uses it. */
export const freshRuns = Effect.fnUntraced(function* (output: StoreWorld["output"]) {
  yield* TestClock.setTime(start)
  const layer = yield* output
  return <A, E>(work: (store: SyncStore["Service"]) => Effect.Effect<A, E>) =>
    Effect.provide(Effect.flatMap(SyncStore, work), layer, { local: true })
})

/** A run that is interrupted after the first page. */
export const readSome = (store: SyncStore["Service"]) =>
  Effect.tap(store.open(identity), store.commit(onePage, stateOf({ ended: false, next: "page-2" })))

/** A run that reads everything. */
export const readAll = (store: SyncStore["Service"]) =>
  Effect.tap(store.open(identity), store.commit(onePage, stateOf()))

/** A run that reads everything and publishes it. */
export const publishOnce =
  (result: Partial<SyncResult> = {}) =>
  (store: SyncStore["Service"]) =>
    Effect.andThen(readAll(store), store.publish(resultOf(result)))

/** A resource that is a person. */
export const person = (id: string) => ({ id: { resourceType: "person", resource: id }, displayName: id })
const team = { resourceType: "team", resource: "red" }

/** What the one step of the sync gives on its first page. */
export const onePage: Records = {
  resources: [person("ada"), person("bob"), { id: team, displayName: "Red" }],
  entitlements: [
    {
      id: entitlementId(team, "member"),
      resource: team,
      slug: "member",
      displayName: "Red member",
      description: "Member of Red",
      purpose: "assignment",
      grantableTo: ["person"],
    },
  ],
  grants: [grantOf(team, "member", person("ada").id)],
}

/** The identity of the sync. */
export const identity: SyncIdentity = { connector: "tiny", tenant: "T1", request: "all", reach: [], steps: ["people"] }

/** How far the step has come; by default to its end. */
export const stateOf = (more: Partial<StepState> = {}): StepState => ({
  step: "people",
  ended: true,
  pages: 1,
  records: 5,
  gaps: [],
  warnings: [],
  ...more,
})

/** What is published. */
export const resultOf = (more: Partial<SyncResult> = {}): SyncResult => ({
  kind: "full",
  source: { connector: "tiny", tenant: { id: "T1", displayName: "Tiny Inc." } },
  resourceTypes: [
    { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "team", displayName: "Team", traits: ["group"], capabilities: ["sync"], permissions: [] },
  ],
  coverage: [
    { resourceType: "person", state: "complete", gaps: [] },
    { resourceType: "team", state: "partial", gaps: [] },
  ],
  merge: [{ id: "people" }],
  ...more,
})

/** A sync before, of which far too much is gone. */
export const tooLittle: NonNullable<SyncResult["shrink"]> = {
  before: { endedAt: "yesterday", complete: ["person"], counts: { resources: { person: 100 }, grants: {} } },
  maxShrink: 50,
}
