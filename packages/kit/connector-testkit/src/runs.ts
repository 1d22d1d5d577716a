// Ways to run a sync, also such as a healthy process never sees: started again, or cut off after a page.
import type { Connector, MemoryOutput, SyncRequest } from "@rollcall/connector"
import { memoryOutput, runSync, SyncEvents } from "@rollcall/connector"
import { Cause, Effect, Exit, Layer } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"

/** What a test runner that keeps loaded modules sets, so that they can be forgotten. */
export const loadedModules = { forget: (): void => {} }

/** The connector as a process that has just started has it: none of its modules remembers anything. */
export const freshConnector = <R>({ connector }: Pick<ConnectorWorld<R>, "connector">): Effect.Effect<Connector<R>> =>
  Effect.promise(async () => {
    // Outside of a test runner `connector` has to load its module again by itself.
    loadedModules.forget()
    return connector()
  })

/** One run over an output, as a process of its own would make it. */
export const runOnce = <R>(
  connector: Connector<R>,
  world: Layer.Layer<R, unknown>,
  output: MemoryOutput,
  request: SyncRequest = {},
) => runSync(connector, request).pipe(Effect.provide(Layer.merge(Layer.fresh(world), output.layer), { local: true }))

/** One run over an empty output to its end, and what it published. */
export const wholeRun = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  world: Layer.Layer<R, unknown>,
  request: SyncRequest = {},
) {
  const output = memoryOutput()
  const summary = yield* runOnce(connector, world, output, request)
  const published = yield* Effect.fromNullishOr(output.published())
  return { summary, published }
})

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
