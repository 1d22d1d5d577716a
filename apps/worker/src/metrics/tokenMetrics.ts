// The health of the connector's token, and the workspace that it opens: from every answer to whose it is.
import type { Connector } from "@rollcall/connector"
import { Effect, Metric } from "effect"
import { ConnectorMetrics } from "./ConnectorMetrics.ts"

const valid = Metric.gauge("rollcall_token_valid", {
  description: "1 if the system accepted the token when it was last asked, 0 if it refused it; absent before that.",
})

/** The connector, with what it is told of its token counted. A system that cannot be reached says nothing of a token. */
export const withTokenMetrics = Effect.fnUntraced(function* (
  connector: Connector,
): Effect.fn.Return<Connector, never, ConnectorMetrics> {
  const { update, workspaceIs } = yield* ConnectorMetrics
  const identify = connector.identify.pipe(
    Effect.tap(({ id }) => Effect.andThen(workspaceIs(id), update(valid, 1))),
    Effect.tapError((error) => (error.kind === "refused" ? update(valid, 0) : Effect.void)),
  )
  return { ...connector, identify }
})
