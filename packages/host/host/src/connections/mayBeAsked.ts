// What may be asked of a connection: whether it may be removed, paused, resumed or synced, and why not.
import { lookIntoLeases } from "@rollcall/change-store"
import type { ConfigError, Connection } from "@rollcall/config"
import { placeOf } from "@rollcall/config"
import { ConnectionStore } from "@rollcall/connection-store"
import type { StoreError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import { Effect } from "effect"
import type { ConnectionRequest, ControlError } from "./askWorker.ts"
import { refusal } from "./askWorker.ts"
import type { SharedSettings } from "./resolveConnection.ts"
import { leasesOf } from "./resolveConnection.ts"
import { asConnection } from "./storedConnections.ts"

/**
 * Fails where a connection may not be removed: it stands in a file, there is none, or access that it granted for a time is not over.
 * `countOpen` counts that in the database that workers share.
 */
export const checkRemovable = Effect.fnUntraced(function* (
  name: string,
  inFile: ReadonlyArray<Connection>,
  shared: Pick<SharedSettings, "settings">,
  countOpen?: (name: string) => Effect.Effect<number, StoreError>,
): Effect.fn.Return<void, ControlError | StoreError, ConnectionStore> {
  const stored = (yield* ConnectionStore.use(({ all }) => all)).find((one) => one.name === name)
  if (stored === undefined) {
    const twin = inFile.find((one) => one.name === name)
    return yield* twin === undefined
      ? refusal(`There is no connection ${name}.`, "`rollcall connections list` has all names.")
      : refusal(
          `The connection ${name} stands in a file: ${placeOf(twin.path, twin.line)}.`,
          "Remove it there; a worker takes up the change.",
        )
  }
  if (countOpen !== undefined) {
    const open = yield* countOpen(name)
    return open > 0 ? yield* hasOpenLeases(name, open, "rollcall leases list") : undefined
  }
  const leases = yield* Effect.mapError(leasesOf(asConnection(stored), shared), (error: ConfigError) =>
    refusal(`It cannot be seen whether ${name} has open leases. ${sentenceOf(error)}`, ""),
  )
  if (leases === undefined) return
  const open = (yield* lookIntoLeases(leases)).leases.filter(({ state }) => state !== "ended").length
  if (open > 0) return yield* hasOpenLeases(name, open, `rollcall leases list --leases ${leases}`)
})

/** What a request for work depends on. */
export interface Asked {
  readonly isPaused: boolean
  /** It syncs by a timetable of its own, and not when ConductorOne wants. */
  readonly isScheduled: boolean
  /** Why it cannot run. */
  readonly problem?: string | undefined
}

/** Fails where a connection may not be paused, resumed or synced as is asked; `one` is absent where there is none of the name. */
export const checkAsked = (
  name: string,
  request: Exclude<ConnectionRequest, "add" | "remove">,
  one: Asked | undefined,
): Effect.Effect<void, ControlError> => {
  if (one === undefined) return refusal(`There is no connection ${name}.`, "`rollcall connections list` has all names.")
  if (request !== "sync-now") return Effect.void
  if (one.isPaused) return refusal(`${name} is paused.`, `Run \`rollcall connections resume ${name}\` first.`)
  if (one.problem !== undefined) return refusal(`${name} cannot run. ${one.problem}`, "")
  return one.isScheduled
    ? Effect.void
    : refusal(`${name} works for ConductorOne, which decides when to sync.`, "Ask for a sync there.")
}

const hasOpenLeases = (name: string, open: number, shown: string) =>
  refusal(
    `${name} has ${open} open ${open === 1 ? "lease" : "leases"}, which nothing would end once it is removed.`,
    `\`${shown}\` shows them. Wait until they are over, or end them with \`rollcall leases end\`.`,
  )
