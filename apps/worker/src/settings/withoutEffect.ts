// What was set and means nothing to a worker for ConductorOne.
import { describeOrigin } from "@rollcall/config"
import type { WorkerConfig } from "./workerFields.ts"

/** What only a worker on a schedule acts on. C1 says itself what a sync is to leave out. */
const ofSchedules = ["file", "keep-sync-count", "skip-cleanup", "skip-entitlements-and-grants", "every"] as const

/** One sentence that names them; none without them, or without ConductorOne. */
export const withoutEffect = ({ settings, origins }: WorkerConfig): ReadonlyArray<string> => {
  if (settings["client-id"] === undefined) return []
  const given = ofSchedules.flatMap((name) => {
    const origin = origins[name]
    return origin === undefined || origin.from === "default" || origin.from === "unset" ? [] : describeOrigin(origin)
  })
  if (given.length === 0) return []
  const verb = given.length === 1 ? "has" : "have"
  return [`ConductorOne says when to sync what and is sent the file, so ${given.join(", ")} ${verb} no effect.`]
}
