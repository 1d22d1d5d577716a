// What both apps put around changes: the brakes that the settings describe, the store that keeps what was changed, and the audit log.
import type { appFields, ResolvedConfig } from "@rollcall/config"
import { describeOrigin, environmentName, limits } from "@rollcall/config"
import { ReplyTimes } from "@rollcall/api-client"
import type { ActionDeclaration, ActionValues, Brakes, ChangeResult, Tenant } from "@rollcall/connector"
import {
  AfterAction,
  AfterChange,
  AuditLog,
  CurrentBrakes,
  sentenceOf,
  StoreError,
  storeReasonOf,
} from "@rollcall/connector"
import * as files from "@rollcall/change-store"
import type { Lease } from "@rollcall/plan"
import {
  afterAction,
  afterChange,
  ChangeStore,
  ClockSkew,
  journalledAuditLog,
  LeaseStore,
  OpenLeases,
} from "@rollcall/plan"
import { Clock, Context, Effect, Layer } from "effect"
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"

import { calledStore, hasStore, SharedStores } from "./SharedStores.ts"
import { storeFileOf } from "./syncSettings.ts"

export { calledStore, hasStore, storeFileOf }

type Fields = ReadonlyArray<
  Extract<(typeof appFields)[number], { readonly name: (typeof limits)[number]["setting"] | "protected" }>
>

/** Brakes by these settings. `named` says what a person sets to let more through: a flag, or a variable. */
export const brakesOf = (
  { settings, origins }: { [Key in keyof ResolvedConfig<Fields>]: Partial<ResolvedConfig<Fields>[Key]> },
  named: "flag" | "variable",
): Brakes => {
  const ids = settings.protected
  return {
    limits: limits.flatMap(({ setting, ...limit }) => {
      const most = settings[setting]
      return most === undefined
        ? []
        : [{ ...limit, most, setting: named === "flag" ? `--${setting}` : environmentName(setting) }]
    }),
    protected: ids && { ids: new Set(ids), setting: describeOrigin(origins.protected ?? { from: "unset" }) },
  }
}

/** What changes are carried out with. */
export interface ChangeRules {
  readonly brakes: Brakes
  /** The path of the store. */
  readonly store: string
  /** Whose approval is asked for; a worker's tasks have that of whoever gave them. */
  readonly approval?: ApprovalRules | undefined
}

/** Approval by a second person. */
export interface ApprovalRules {
  /** The path of `approvers.yaml`. */
  readonly approvers: string | undefined
  /** Whether everything needs it, besides what that file asks for. */
  readonly required: boolean
}

/** The rules of the command. */
export const changeRules = (
  config: ResolvedConfig<Fields> & {
    readonly settings: {
      readonly leases: string | undefined
      readonly approvers: string | undefined
      readonly "require-approval": boolean
    }
  },
): ChangeRules => ({
  brakes: brakesOf(config, "flag"),
  store: storeFileOf(config.settings.leases),
  approval: { approvers: config.settings.approvers, required: config.settings["require-approval"] },
})

/** The brakes and what is open for a time, for what only reads: the store is neither made nor written. */
export const brakesOnly = ({ brakes, store }: ChangeRules): Layer.Layer<never> =>
  Layer.merge(
    Layer.succeed(CurrentBrakes, { brakes, countSince: lookIntoChanges(store).countSince }),
    Layer.succeed(OpenLeases, leasesIn(store)),
  )

/** The open leases of the store, for what plans. */
const leasesIn =
  (store: string): typeof OpenLeases.Service =>
  (tenant) =>
    Effect.map(lookIntoLeases(store), ({ leases }) =>
      leases.filter((lease) => lease.tenant === tenant && lease.state !== "ended"),
    )

/** The stores in the file of this path, in a folder that is made; those of the database where there is one. */
const storesOf = (path: string): Layer.Layer<ChangeStore | LeaseStore, StoreError> =>
  Layer.unwrap(
    Effect.flatMap(SharedStores, (shared) =>
      shared === undefined
        ? Effect.as(makeFolder(dirname(path)), Layer.merge(files.changeStoreFile(path), files.leaseStoreFile(path)))
        : Effect.succeed(shared),
    ),
  )

/** The store of leases alone. */
export const leaseStoreOf = (path: string): Layer.Layer<LeaseStore, StoreError> => storesOf(path)

/** Looks into a file, which is not made, or into the database. */
const looking = <A>(
  inFile: Effect.Effect<A, StoreError>,
  inDatabase: Effect.Effect<A, StoreError, ChangeStore | LeaseStore>,
): Effect.Effect<A, StoreError> =>
  Effect.flatMap(SharedStores, (shared) => (shared === undefined ? inFile : Effect.provide(inDatabase, shared)))

/** The changes in a store, for whoever only looks. */
export const lookIntoChanges = (path: string): Pick<ChangeStore["Service"], "countSince" | "ofPlan"> => {
  const file = files.lookIntoChanges(path)
  return {
    countSince: (tenant, since) =>
      looking(
        file.countSince(tenant, since),
        ChangeStore.use((store) => store.countSince(tenant, since)),
      ),
    ofPlan: (planId) =>
      looking(
        file.ofPlan(planId),
        ChangeStore.use((store) => store.ofPlan(planId)),
      ),
  }
}

/** All leases in a store, in the order of their ends, for whoever only looks. */
export const lookIntoLeases = (path: string): Effect.Effect<{ readonly leases: ReadonlyArray<Lease> }, StoreError> =>
  looking(
    Effect.map(files.lookIntoLeases(path), ({ leases }) => ({ leases })),
    LeaseStore.use(({ all }) =>
      Effect.map(all, (leases) => ({ leases: leases.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)) })),
    ),
  )

const orderOf = ({ endsAt, id }: Lease) => `${endsAt} ${id}`

/** When somebody last said in a store that they end the leases of a tenant, in milliseconds since the epoch. */
export const lastBeatIn = (path: string, tenant: string): Effect.Effect<number | undefined, StoreError> =>
  looking(
    Effect.map(files.lookIntoLeases(path), ({ beats }) => beats.get(tenant)),
    LeaseStore.use(({ lastBeat }) => lastBeat(tenant)),
  )

/** For writes: each goes to the audit log and to the store, and the brakes count those of the last hour. */
export const changeServices = (
  { brakes, store }: ChangeRules,
  auditLog: Layer.Layer<AuditLog>,
): Layer.Layer<AuditLog | ChangeStore | LeaseStore, StoreError> => {
  const opened = storesOf(store)
  const braked = Layer.effect(
    CurrentBrakes,
    ChangeStore.use(({ countSince, countAlone }) => Effect.succeed({ brakes, countSince, alone: countAlone })),
  )
  const lent = Layer.effect(
    OpenLeases,
    LeaseStore.use(({ open }) => Effect.succeed(open)),
  )
  return Layer.mergeAll(journalledAuditLog, braked, lent, leasesFollow, remindersFollow).pipe(
    Layer.provideMerge(opened),
    Layer.provide(auditLog),
  )
}

/** Leases follow the changes that are no part of them. A store that fails here leaves a lease open: its end then finds how things stand. */
const leasesFollow = Layer.effect(
  AfterChange,
  Effect.map(
    Effect.context<AuditLog | LeaseStore>(),
    (services) => (result: ChangeResult, tenant: Tenant, connector: string) =>
      afterChange(result, tenant, connector).pipe(
        Effect.provideContext(Context.pick(AuditLog, LeaseStore)(services)),
        Effect.catch((error) => Effect.logError(`A lease could not follow a change. ${sentenceOf(error)}`)),
      ),
  ),
)

/** Reminders follow the actions that do what they are about. */
const remindersFollow = Layer.effect(
  AfterAction,
  LeaseStore.use((store) =>
    Effect.succeed((action: ActionDeclaration, values: ActionValues, tenant: Tenant) =>
      afterAction(action, values, tenant).pipe(
        Effect.provideService(LeaseStore, store),
        Effect.catch((error) => Effect.logError(`A reminder could not follow an action. ${sentenceOf(error)}`)),
      ),
    ),
  ),
)

/**
 * How far this machine's clock is ahead of the system's, by the last reply: for the end of leases, which no clock may bring about that is
 * wrong. Provide it around what makes calls.
 */
export const clockSkew: Layer.Layer<never> = Layer.effectContext(
  Effect.sync(() => {
    let skew: number | undefined
    return Context.make(
      ClockSkew,
      Effect.sync(() => skew),
    ).pipe(
      Context.add(ReplyTimes, (sentAt) => Effect.map(Clock.currentTimeMillis, (now) => void (skew = now - sentAt))),
    )
  }),
)

/** The folder of the store, or one in it, for this user alone. */
export const makeFolder = (path: string) =>
  Effect.try({
    try: () => mkdirSync(path, { recursive: true, mode: 0o700 }),
    catch: (cause) =>
      new StoreError({
        reason: storeReasonOf(cause),
        message: `The folder ${path} for the store of changes cannot be made.`,
        hint: "Allow this user to write there, or name a file elsewhere with BATON_LEASES.",
        cause,
      }),
  })
