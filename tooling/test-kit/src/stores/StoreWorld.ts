// Where the suites of stores are run: on disk, in a database.
import type { StoreError } from "@rollcall/connector"
import type { Effect, Layer, Scope } from "effect"

/** A place of a store, which outlives the runs over it. */
export interface StorePlace<Store> {
  /** A store over it; provided again for each run, as a process would that starts again. */
  readonly layer: Layer.Layer<Store, StoreError>
  /** Statements of a module that make the same as `layer`, for another process. */
  readonly code: string
}

/** A kind of store. */
export interface StoreWorld<Store> {
  readonly name: string
  /** A place with nothing in it. */
  readonly place: Effect.Effect<StorePlace<Store>, never, Scope.Scope>
}
