// What tests of the engine have in common: a run over an output in memory, and a step that fails once on its way.
import { Effect } from "effect"
import type { Connector, ConnectorReasonTag, MemoryOutput, Step, SyncRequest } from "../src/index.ts"
import { ConnectorError, memoryOutput, runSync } from "../src/index.ts"
import { pagedStep, personResource, reasonOf } from "./tinyConnector.ts"

export const run = (connector: Connector, output: MemoryOutput = memoryOutput(), request: SyncRequest = {}) =>
  runSync(connector, request).pipe(Effect.provide(output.layer, { local: true }))

/** A step that works until its nth page and then fails with this reason, once. */
export const failingOnceAt = (page: number, tag: ConnectorReasonTag, step: Step): Step => {
  let hasFailed = false
  return {
    ...step,
    page: (request) =>
      Effect.suspend(() => {
        if (hasFailed || Number(request.cursor ?? 0) !== page) return step.page(request)
        hasFailed = true
        return Effect.fail(new ConnectorError({ reason: reasonOf(tag), message: "It failed.", hint: "Mend it." }))
      }),
  }
}

export const threePeople = pagedStep("people", [
  { resources: [personResource("ada")] },
  { resources: [personResource("bob")] },
  { resources: [personResource("eve")] },
])

export const names = (output: MemoryOutput) => output.published()?.resources.map((found) => found.id.resource)
