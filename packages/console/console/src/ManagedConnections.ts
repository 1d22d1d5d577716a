// The worker as the console sees it: what it knows of its connections, and what it does when somebody asks.
import type { ShownConnection } from "@rollcall/host/connections"
import type { Effect } from "effect"
import { Context } from "effect"
import type { Visitor } from "./sign-in/Visitor.ts"

/** Why something was not done, and what to do. */
export interface Refused {
  readonly message: string
  readonly hint: string
}

/** The connections that a worker serves, alone or with others. */
export class ManagedConnections extends Context.Service<
  ManagedConnections,
  {
    /** All of them, in the order of their names. */
    readonly all: Effect.Effect<ReadonlyArray<ShownConnection>>
    /** Does something to one of them for somebody; gives why not where it refuses. */
    readonly change: (
      visitor: Visitor,
      name: string,
      act: "pause" | "resume" | "sync-now" | "remove",
    ) => Effect.Effect<Refused | undefined>
  }
>()("@rollcall/console/ManagedConnections") {}
