// Changes made while a world stands, with syncs before and after them.
import assert from "node:assert/strict"
import type {
  Change,
  ChangeIntent,
  Connector,
  EntitlementReference,
  Provisioning,
  PublishedRecords,
} from "@rollcall/connector"
import { applyChanges, AuditLog, memoryOutput, notGrantable, parseEntitlementId, runSync } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"

/** Runs in one world that lasts: what is changed in it stays changed. */
export const inOneWorld = <A, E, R>(tried: ConnectorWorld<R>, work: Effect.Effect<A, E, R | AuditLog>) =>
  Effect.provide(work, Layer.merge(Layer.fresh(tried.world), unheardLog), { local: true })

/** What the world lets the connector grant. */
export const grantablesOf = <R>({ grantable = [] }: ConnectorWorld<R>): ReadonlyArray<Change> => {
  const named = [grantable].flat()
  assert.ok(named.length > 0, "the connector provisions, so the world must name something `grantable`")
  return named.map(({ entitlement: id, principal }) => {
    const entitlement = parseEntitlementId(id)
    return entitlement === undefined
      ? assert.fail(`\`grantable\` names ${JSON.stringify(id)}, which is not the id of an entitlement`)
      : { entitlement, principal }
  })
}

/** What kind of entitlement it is: `team:*:member` is membership of any team. */
export const kindOf = ({ resource, slug }: Pick<EntitlementReference, "resource" | "slug">): string =>
  `${resource.resourceType}:*:${slug}`

/**
 * The kinds of entitlements that can be granted, as the connector declares them; of those that the system names, each that a sync
 * has shown.
 */
export const grantableKinds = (
  { slugs }: Pick<Provisioning, "slugs">,
  { entitlements }: PublishedRecords,
): ReadonlyArray<string> => [
  ...new Set(
    Object.entries(slugs).flatMap(([type, known]) =>
      known instanceof RegExp
        ? entitlements.filter((it) => it.resource.resourceType === type && isGrantable({ slugs }, it)).map(kindOf)
        : known.map((slug) => `${type}:*:${slug}`),
    ),
  ),
]

/** Whether the connector declares that it can be granted. */
export const isGrantable = (provisioning: Pick<Provisioning, "slugs">, entitlement: EntitlementReference): boolean =>
  entitlement.resource.resourceType in provisioning.slugs && notGrantable(provisioning, entitlement) === undefined

/** The result of one change. */
export const tryChange = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  intent: ChangeIntent,
  change: Change,
) {
  const { results } = yield* applyChanges(connector, { intent, changes: [change] })
  return results[0]
})

/** The outcome of one change that must not fail. */
export const changeOnce = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  intent: ChangeIntent,
  change: Change,
) {
  const result = yield* tryChange(connector, intent, change)
  if (result?.outcome === "failed") {
    assert.fail(`${intent} of ${change.entitlement.id} failed: ${result.failure.message}`)
  }
  return result?.outcome
})

/** What a sync shows now. */
export const syncNow = Effect.fnUntraced(function* <R>(connector: Connector<R>) {
  const output = memoryOutput()
  yield* Effect.provide(runSync(connector), output.layer, { local: true })
  return yield* Effect.fromNullishOr(output.published())
})

/** The ids of the grants that a sync shows now. */
export const grantsNow = <R>(connector: Connector<R>) =>
  Effect.map(syncNow(connector), ({ grants }) => grants.map((grant) => grant.id).toSorted())

/** The suite looks at the system, not at the log. */
const unheardLog = Layer.succeed(AuditLog, { append: () => Effect.void })
