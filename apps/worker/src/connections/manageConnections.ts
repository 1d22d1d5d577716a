// What the console may ask of the worker, as the commands of `rollcall connections` do.
import type { ManagedConnections } from "@rollcall/console"
import type { ShownConnection } from "@rollcall/host/connections"
import { Effect } from "effect"
import type { Obey } from "./serveControl.ts"

/** The connections of this worker, for the console. */
export const manageConnections = (
  all: Effect.Effect<ReadonlyArray<ShownConnection>>,
  obey: Obey,
): ManagedConnections["Service"] => ({
  all,
  change: (_visitor, name, act) =>
    Effect.map(obey(name, act, ""), (answer) => ("refused" in answer ? answer.refused : undefined)),
})
