// Ways to run a sync that a healthy process never sees: cut off after a page, asked for every page twice.
import type { Connector, MemoryOutput, PublishedRecords, SyncRequest } from "@rollcall/connector"
import { formatResourceId, runSync, SyncEvents } from "@rollcall/connector"
import { Cause, Effect, Exit, Layer } from "effect"

/** One run over an output, as a process of its own would make it. */
export const runOnce = <R>(
  connector: Connector<R>,
  world: Layer.Layer<R, unknown>,
  output: MemoryOutput,
  request: SyncRequest = {},
) => runSync(connector, request).pipe(Effect.provide(Layer.merge(Layer.fresh(world), output.layer), { local: true }))

/** A run that is cut off right after it stored this many pages. Tells whether it was cut off before it finished. */
export const runUntilKilled = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  world: Layer.Layer<R, unknown>,
  output: MemoryOutput,
  pages: number,
) {
  let left = pages
  const exit = yield* runOnce(connector, world, output).pipe(
    Effect.provideService(SyncEvents, (event) =>
      event._tag === "PageCommitted" && --left <= 0 ? Effect.interrupt : Effect.void,
    ),
    Effect.exit,
  )
  if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.failCause(exit.cause)
  return Exit.isFailure(exit)
})

/** The connector, but every page is fetched twice and only the second answer counts. */
export const askingTwice = <R>(connector: Connector<R>): Connector<R> => ({
  ...connector,
  steps: connector.steps.map((step) => ({
    ...step,
    page: (request) => Effect.andThen(step.page(request), step.page(request)),
  })),
})

/** Published records as text, in an order that does not depend on the order of the pages. */
export const inOrder = (published: PublishedRecords | undefined) =>
  published && {
    resourceTypes: published.resourceTypes.map((type) => type.id),
    resources: published.resources.map((resource) => [formatResourceId(resource.id), resource]).toSorted(byId),
    entitlements: published.entitlements.map((entitlement) => [entitlement.id, entitlement]).toSorted(byId),
    grants: published.grants.map((grant) => [grant.id, grant]).toSorted(byId),
  }

const byId = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): number => (String(a[0]) < String(b[0]) ? -1 : 1)
