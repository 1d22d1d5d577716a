// Which of its two modes the worker runs in: for ConductorOne where it has credentials, else by itself.
import type { Settings } from "@rollcall/config"
import { ConfigError } from "@rollcall/config"
import type { Failure, StoreError } from "@rollcall/connector"
import type { OpenConnector } from "@rollcall/host"
import type { ArchiveOptions } from "@rollcall/host/archive"
import { Effect } from "effect"
import type { Readiness } from "./health/Readiness.ts"
import type { ConnectorMetrics } from "./metrics/ConnectorMetrics.ts"
import type { workerFields } from "./settings/workerFields.ts"

/** One of the two, which runs until it is interrupted. */
type Mode = (open: OpenConnector) => Effect.Effect<never, Failure, Readiness | ConnectorMetrics>

/** The mode that the settings choose; fails where they give nothing to do, or an output that no sync could replace. */
export const chooseMode = Effect.fnUntraced(function* (
  settings: Settings<typeof workerFields>,
  archived: Pick<ArchiveOptions, "retention" | "meanings">,
): Effect.fn.Return<Mode, ConfigError | StoreError> {
  const { every, "client-id": clientId, "client-secret": clientSecret } = settings
  if (clientId !== undefined && clientSecret !== undefined) {
    const { runService } = yield* Effect.promise(() => import("./service/runService.ts"))
    return (open) => runService(open, settings, { clientId, clientSecret }, archived)
  }
  if (every === undefined) return yield* noMode
  const { parseTimetable } = yield* Effect.promise(() => import("@rollcall/host/schedule"))
  const { runStandalone } = yield* Effect.promise(() => import("./standalone/runStandalone.ts"))
  const timetable = yield* parseTimetable(every)
  // Reported now: the first sync of a cron schedule may be hours away.
  const { checkReplaceable } = yield* Effect.promise(() => import("@rollcall/host/sync"))
  yield* checkReplaceable(settings.file)
  return (open) => runStandalone(open, settings, timetable, archived)
})

const noMode = new ConfigError({
  reason: "Missing",
  message: "The worker has no mode: neither BATON_CLIENT_ID nor BATON_EVERY is set.",
  hint: "Set BATON_CLIENT_ID and BATON_CLIENT_SECRET to work for ConductorOne, or BATON_EVERY (6h, or a cron expression) to sync to a file; `rollcall sync` syncs once.",
})
