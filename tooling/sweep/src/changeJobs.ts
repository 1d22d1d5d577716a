// The jobs that change a workspace: a plan is applied, access is granted for a time, and what is over ends. Each runs over the stores of the
// apps, in a folder, and says before every call and every durable write that it comes to it: whoever is told can stop the process there.
import { auditLogFile } from "@rollcall/audit-file"
import { changeStoreFile, leaseStoreFile } from "@rollcall/change-store"
import type { AuditEntry, EntitlementReference, ResourceId } from "@rollcall/connector"
import { AuditLog } from "@rollcall/connector"
import {
  applyPlan,
  ChangeStore,
  ClockSkew,
  endLeases,
  grantUntil,
  journalledAuditLog,
  LeaseStore,
  type Plan,
} from "@rollcall/plan"
import type { Fetch, SimulatedSlack } from "@rollcall/slack-simulator"
import { Clock, Effect, Layer } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { connectorOf } from "./worlds.ts"

/** What is done. */
export type Job =
  | { readonly _tag: "Apply"; readonly plan: Plan }
  | {
      readonly _tag: "Lend"
      readonly entitlement: EntitlementReference
      readonly principal: ResourceId
      readonly until: number
    }
  | { readonly _tag: "Expire" }

/** Where it is done. */
export interface Place {
  readonly slack: Pick<SimulatedSlack, "webApiUrl" | "scimUrl" | "botToken" | "userToken">
  readonly fetch: Fetch
  /** Of the audit log and the store. */
  readonly folder: string
  /** How far the clocks differ; by default, not at all. */
  readonly skew?: Layer.Layer<never> | undefined
}

/** Is told the name of each call and each write before it is made. */
export type BeforeStep = (name: string) => void

/** Goes on at once. */
const undisturbed: BeforeStep = () => undefined

/** Does a job. */
export const doJob = (job: Job, place: Place, clock: Clock.Clock, before: BeforeStep = undisturbed) =>
  Effect.gen(function* () {
    const connector = yield* connectorAt(place, before)
    switch (job._tag) {
      case "Apply":
        return yield* applyPlan(connector, job.plan, { maxAge: 24 * 3_600_000 })
      case "Lend":
        return yield* grantUntil(connector, job)
      case "Expire":
        return yield* endLeases(connector)
    }
  }).pipe(
    Effect.provide(place.skew ?? Layer.succeed(ClockSkew, Effect.succeed(0))),
    Effect.provideService(Clock.Clock, clock),
    Effect.provide(storesIn(place.folder, before)),
    Effect.scoped,
  )

/** The connector of the workspace. */
export const connectorAt = ({ slack, fetch }: Place, before: BeforeStep = undisturbed) =>
  connectorOf({ businessPlus: {} }, slack, (input, init) => {
    const request = new Request(input, init)
    before(`${request.method} ${new URL(request.url).pathname}`)
    return fetch(request)
  })

const auditPath = (folder: string) => join(folder, "audit.ndjson")
const storePath = (folder: string) => join(folder, "leases.db")

const storesIn = (folder: string, before: BeforeStep) => {
  const told = <A, E, R>(name: string, write: Effect.Effect<A, E, R>) =>
    Effect.andThen(
      Effect.sync(() => before(name)),
      write,
    )
  const audit = Layer.effect(
    AuditLog,
    AuditLog.use((log) =>
      Effect.succeed({
        ...log,
        append: (entry) => told(`log ${entry.intent} ${entry.outcome}`, log.append(entry)),
      }),
    ),
  ).pipe(Layer.provide(auditLogFile(auditPath(folder))))
  const changes = Layer.effect(
    ChangeStore,
    ChangeStore.use((store) =>
      Effect.succeed({
        ...store,
        append: (entry) => told(`journal ${entry.intent} ${entry.outcome}`, store.append(entry)),
      }),
    ),
  ).pipe(Layer.provide(changeStoreFile(storePath(folder))))
  const leases = Layer.effect(
    LeaseStore,
    LeaseStore.use((store) =>
      Effect.succeed({ ...store, put: (lease) => told(`lease ${lease.state}`, store.put(lease)) }),
    ),
  ).pipe(Layer.provide(leaseStoreFile(storePath(folder))))
  return journalledAuditLog.pipe(Layer.provideMerge(Layer.mergeAll(audit, changes, leases)))
}

/** The audit log of a folder; fails on a line that is not whole. */
export const auditIn = (folder: string): ReadonlyArray<AuditEntry> =>
  existsSync(auditPath(folder))
    ? readFileSync(auditPath(folder), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line))
    : []

/** What the journal of a folder knows of a plan. */
export const journalIn = (folder: string, planId: string) =>
  Effect.provide(
    ChangeStore.use(({ ofPlan }) => ofPlan(planId)),
    changeStoreFile(storePath(folder)),
  )

/** The leases of a folder. */
export const leasesIn = (folder: string) =>
  Effect.provide(
    LeaseStore.use(({ all }) => all),
    leaseStoreFile(storePath(folder)),
  )
