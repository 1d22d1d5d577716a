// A module as the contract suite meets it: opened with real settings, and loaded again whenever a fresh one is asked for.
import type { ConnectorModule } from "@rollcall/connector-module"
import type { Connector } from "@rollcall/connector"
import { Effect, Layer, Scope } from "effect"
import { pathToFileURL } from "node:url"
import type { ModuleList } from "./ModuleList.ts"

/** A connector for the contract suite of `@rollcall/connector-testkit`, which runs on the system that the settings name. */
export interface ModuleWorld {
  readonly name: string
  readonly connector: () => Promise<Connector>
  readonly world: Layer.Layer<never>
  readonly worldWithout: () => Layer.Layer<never>
  /** A second instance of the module that `connector` has loaded last. */
  readonly another: Pick<ModuleWorld, "connector" | "world">
}

/** The connector of a module with these settings; each time it is asked, as a process that has just started has it. */
export const contractWorldOf = Effect.fnUntraced(function* (
  module: ConnectorModule,
  settings: object,
  { sources }: ModuleList,
): Effect.fn.Return<ModuleWorld, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const { countedFetch } = yield* Effect.promise(() => import("./countedFetch.ts"))
  const file = sources?.get(module)
  let last = module
  const open = async () => {
    const implementation = await last.load()
    return Effect.runPromise(Effect.provideService(implementation.open(settings, countedFetch()), Scope.Scope, scope))
  }
  const connector = async () => {
    if (file !== undefined) last = await loadAgain(file)
    return open()
  }
  const world = Layer.empty
  return { name: module.displayName, connector, world, worldWithout: () => world, another: { connector: open, world } }
})

const loadAgain = async (file: string): Promise<ConnectorModule> => {
  const { importShared, newInstance } = await import("./sharedPackages.ts")
  const loaded = await importShared(newInstance(pathToFileURL(file).href))
  // It was checked when it was loaded first.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return loaded["default"] as ConnectorModule
}
