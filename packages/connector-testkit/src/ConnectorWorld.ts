// What the contract suite needs to know of a connector: how to reach a system with unchanging data behind it.
import type { Connector } from "@rollcall/connector"
import type { Layer } from "effect"

/** A connector and a world to try it on. */
export interface ConnectorWorld<R> {
  /** Names the suite in the test report. */
  readonly name: string
  readonly connector: Connector<R>
  /**
   * Fresh clients over the same unchanging data. It is built anew for every run, as in a process that starts again, and
   * should be paged finely enough that at least one step takes several pages.
   */
  readonly world: Layer.Layer<R, unknown>
  /** The same world, to a credential that lacks this scope. */
  readonly worldWithout: (scope: string) => Layer.Layer<R, unknown>
}
