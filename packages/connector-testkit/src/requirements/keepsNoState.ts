// All that a page may depend on is the cursor, because the process that read the page before may be gone. Killing and
// resuming within one process cannot show that: a variable of a module outlives the run. So each page is asked alone.
import { assert } from "@effect/vitest"
import type { Connector, Page, PageRequest } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { startedAnew, wholeRun } from "../runs.ts"

/**
 * Notes every page of a whole run, then asks for each alone, the last one first, from a connector and clients that have
 * just been started, and compares.
 */
export const keepsNoState = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* startedAnew(tried)
  const noted: Array<NotedPage> = []
  yield* wholeRun(noting(connector, noted), tried.world)

  for (const { step, request, page } of noted.toReversed()) {
    const alone = yield* startedAnew(tried)
    assert.notStrictEqual(alone, connector, "`connector` gave the same object twice: import the connector inside of it")
    const again = alone.steps.find((candidate) => candidate.id === step)
    const told = again?.page(request).pipe(Effect.provide(Layer.fresh(tried.world), { local: true }))
    const where = `the page of ${step} ${request.cursor === undefined ? "without a cursor" : `at ${request.cursor}`}`
    assert.deepStrictEqual(told && (yield* told), page, `${where}, asked alone, is not that of the whole run`)
  }
})

interface NotedPage {
  readonly step: string
  readonly request: PageRequest
  readonly page: Page
}

/** The connector, but each page that it gives is noted. */
const noting = <R>(connector: Connector<R>, noted: Array<NotedPage>): Connector<R> => ({
  ...connector,
  steps: connector.steps.map((step) => ({
    ...step,
    page: (request) =>
      Effect.tap(step.page(request), (page) => Effect.sync(() => noted.push({ step: step.id, request, page }))),
  })),
})
