// One process may run a connector twice, opened with other settings on another system. What one of them keeps in a variable of
// the module, the other would meet.
import assert from "node:assert/strict"
import { memoryOutput, SyncEvents } from "@rollcall/connector"
import { Effect } from "effect"
import { inOrder } from "../comparing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { runOnce, freshConnector, wholeRun } from "../runs.ts"
import { optionalScopes } from "../scopes.ts"

/** Two instances of one module that run page by page beside each other give what each gives alone. */
export const sharesNoState = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const first = yield* freshConnector(tried)
  const [scope] = optionalScopes(first)
  const another = tried.another ?? {
    connector: tried.connector,
    world: scope === undefined ? tried.world : tried.worldWithout(scope),
  }
  const firstAlone = yield* wholeRun(first, tried.world)
  const secondAlone = yield* wholeRun(yield* freshConnector(another), another.world)

  const one = yield* freshConnector(tried)
  // Of the same module, which is not forgotten in between.
  const two = yield* Effect.promise(async () => another.connector())
  const together = yield* Effect.all([besideAnother(one, tried.world), besideAnother(two, another.world)], {
    concurrency: "unbounded",
  })
  const expected = [firstAlone, secondAlone].map(({ published }) => inOrder(published))
  const why = "beside another instance of its module, with other settings, it gives something else than alone"
  assert.deepStrictEqual(together, expected, why)
})

/** A run that lets the other go on after each of its pages. */
const besideAnother = Effect.fnUntraced(function* <R>(
  connector: Parameters<typeof runOnce<R>>[0],
  world: ConnectorWorld<R>["world"],
) {
  const output = memoryOutput()
  yield* runOnce(connector, world, output).pipe(
    Effect.provideService(SyncEvents, (event) => (event._tag === "PageCommitted" ? Effect.yieldNow : Effect.void)),
  )
  return inOrder(yield* Effect.fromNullishOr(output.published()))
})
