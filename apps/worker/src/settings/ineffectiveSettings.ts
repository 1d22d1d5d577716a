// What was set and means nothing in the mode that the worker runs in.
import { describeOrigin } from "@rollcall/config"
import type { WorkerConfig } from "./workerFields.ts"

/** What only a worker on a schedule acts on. C1 says itself what a sync is to leave out. */
const ofSchedules = [
  "file",
  "keep-sync-count",
  "skip-cleanup",
  "skip-entitlements-and-grants",
  "skip-grants",
  "every",
] as const

/** What only a worker for ConductorOne acts on, but for `host-id`: the manifests set it in either mode. */
const ofTasks = [
  "client-secret",
  "c1-api-host",
  "provisioning",
  "skip-full-sync",
  "task-concurrency",
  "get-tasks",
  "audit-file",
] as const

/** One sentence that names them; none without them, or where there is nothing to do at all. */
export const ineffectiveSettings = ({ settings, origins }: WorkerConfig): ReadonlyArray<string> => {
  const forC1 = settings["client-id"] !== undefined
  if (!forC1 && settings.every === undefined) return []
  const given = (forC1 ? ofSchedules : ofTasks).flatMap((name) => {
    const origin = origins[name]
    return origin === undefined || origin.from === "default" || origin.from === "unset" ? [] : describeOrigin(origin)
  })
  if (given.length === 0) return []
  const why = forC1
    ? "ConductorOne decides when to sync what, and receives the file"
    : "Without BATON_CLIENT_ID no task comes from ConductorOne"
  return [`${why}, so ${given.join(", ")} ${given.length === 1 ? "has" : "have"} no effect.`]
}
