// What the contract suite needs to know of a connector: how to start it, and how to reach a system with unchanging data.
import type { ActionValues, Connector, ResourceId } from "@rollcall/connector"
import type { Layer } from "effect"

/** An entitlement, by its id, and who it can be granted to. */
export interface Grantable {
  readonly entitlement: string
  readonly principal: ResourceId
}

/** A connector and a world to try it on. */
export interface ConnectorWorld<R> {
  /** Names the suite in the test report. */
  readonly name: string
  /**
   * Gives the connector as a process that has just started has it. The suite forgets all loaded modules before it asks,
   * so importing the connector's module here loads it again, and nothing that it kept in a variable is left:
   * `async () => (await import("../src/index.ts")).library`. A connector that was imported at the top of the test file
   * will not do, because it would keep its variables.
   */
  readonly connector: () => Connector<R> | Promise<Connector<R>>
  /**
   * Fresh clients over the same unchanging data, whatever the clock says. It is built again for every run, as in a
   * process that starts again. It must be paged so finely that at least one step takes several pages, and hold
   * something for every scope to open.
   */
  readonly world: Layer.Layer<R, unknown>
  /** The same world, to a credential that lacks this scope. */
  readonly worldWithout: (scope: string) => Layer.Layer<R, unknown>
  /**
   * The same connector as a second instance in the same process, opened with other settings, over a system with other data. Where
   * it is absent the suite opens the same connector without one of its optional scopes.
   */
  readonly another?: Pick<ConnectorWorld<R>, "connector" | "world">
  /**
   * For a connector that provisions: for each entitlement that can be granted, by resource type and slug, one that the world has,
   * and a principal that holds nothing of its resource yet. Somebody else holds one of each.
   */
  readonly grantable?: Grantable | ReadonlyArray<Grantable> | undefined
  /** For a connector with actions: arguments for each, in an order in which each has something to do. */
  readonly actions?: ReadonlyArray<{ readonly name: string; readonly values: ActionValues }>
}
