// Where leases and changes are: in a database that several processes share, or in a file. This alone is known without loading either.
import type { StoreError } from "@rollcall/connector"
import type { ChangeStore, LeaseStore } from "@rollcall/plan"
import type { Layer } from "effect"
import { Context, Effect } from "effect"
import { existsSync } from "node:fs"

/** The stores in the database; `undefined` where there is none, and they are in a file. */
export const SharedStores = Context.Reference<Layer.Layer<ChangeStore | LeaseStore, StoreError> | undefined>(
  "@rollcall/host/SharedStores",
  { defaultValue: () => undefined },
)

/** Whether there is a store to look into: a database, or a file of this path. */
export const hasStore = (path: string): Effect.Effect<boolean> =>
  Effect.map(SharedStores, (shared) => shared !== undefined || existsSync(path))

/** How messages call the store: by the path of its file, unless it is a database. */
export const calledStore = (path: string): Effect.Effect<string> =>
  Effect.map(SharedStores, (shared) => (shared === undefined ? path : "the database"))
