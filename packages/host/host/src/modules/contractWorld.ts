// A module as the contract suite meets it: opened with real settings, loaded again whenever a fresh one is asked for, over a sample
// of the system's pages that is read once and then stands still.
import type { Connector, StoreError, SyncError } from "@rollcall/connector"
import { ConnectorError, memoryOutput, runSync } from "@rollcall/connector"
import type { ConnectorModule } from "@rollcall/connector-module"
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
  /** The most pages that are read of each list. */
  readonly pagesOfEach: number
  /** Titles of the steps whose lists are read in part only. */
  readonly readInPart: ReadonlyArray<string>
  /** Requests that were sent to the system so far. */
  readonly calls: () => number
  /** Why a request was not sent since this was asked last; nothing where each was. */
  readonly refusal: () => string | undefined
}

/** How much of a system is read. */
export interface SampleOptions {
  /** Requests in all; each step is asked for its part of them in pages, and for one page at least. */
  readonly maxCalls: number
}

/**
 * Reads the sample, and gives the connector over it; each time that it is asked for, as a process that has just started has it.
 * Fails as a sync does where the system cannot be read.
 */
export const contractWorldOf = Effect.fnUntraced(function* (
  module: ConnectorModule,
  settings: object,
  { sources }: ModuleList,
  { maxCalls }: SampleOptions,
): Effect.fn.Return<ModuleWorld, SyncError | StoreError | ConnectorError, Scope.Scope> {
  const scope = yield* Effect.scope
  // Asked for by this file, and not by the package, of which the bundle would then load all at every start.
  const { countedFetch } = yield* Effect.promise(() => import("./countedFetch.ts"))
  const { recordedFetch } = yield* Effect.promise(() => import("./recordedFetch.ts"))
  const { fetch, calls, refusal } = recordedFetch(countedFetch().fetch, maxCalls)
  const ends = new Map<string, string | undefined>()

  const { open: openLive } = yield* Effect.promise(module.load)
  const live = yield* openLive(settings, { fetch })
  const share = Math.max(1, Math.floor(maxCalls / live.steps.length))
  const output = memoryOutput()
  yield* runSync(endingAfter(live, share, ends)).pipe(
    Effect.provide(output.layer, { local: true }),
    Effect.mapError((error) => (refusal() === undefined ? error : tooFewCalls(maxCalls, error))),
  )

  const file = sources?.get(module)
  let last = module
  const open = async () => {
    const implementation = await last.load()
    // The system is not asked again, so its limits need not be waited for.
    const opened = implementation.open(settings, { fetch, speed: Number.POSITIVE_INFINITY })
    return endingAt(await Effect.runPromise(Effect.provideService(opened, Scope.Scope, scope)), ends)
  }
  const connector = async () => {
    if (file !== undefined) last = await loadAgain(file)
    return open()
  }
  const world = Layer.empty
  return {
    name: module.displayName,
    connector,
    world,
    worldWithout: () => world,
    another: { connector: open, world },
    pagesOfEach: share,
    readInPart: live.steps.filter(({ id }) => ends.has(id)).map(({ title }) => title),
    calls,
    refusal,
  }
})

const tooFewCalls = (maxCalls: number, cause: unknown): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `The first pages of the connector's lists take more than ${maxCalls} calls.`,
    hint: "Allow more with --max-calls. Nothing was tried.",
    cause,
  })

/** The connector, but each step ends after so many pages; notes the cursor of the last page in `ends`. */
const endingAfter = (connector: Connector, pages: number, ends: Map<string, string | undefined>): Connector => ({
  ...connector,
  steps: connector.steps.map((step) => {
    let asked = 0
    return {
      ...step,
      page: (request) =>
        Effect.map(step.page(request), (page) => {
          if (++asked < pages || page.next === undefined) return page
          ends.set(step.id, request.cursor)
          return { ...page, next: undefined }
        }),
    }
  }),
})

/** The connector, but its steps end with the pages of these cursors. */
const endingAt = (connector: Connector, ends: ReadonlyMap<string, string | undefined>): Connector => ({
  ...connector,
  steps: connector.steps.map((step) => ({
    ...step,
    page: (request) =>
      Effect.map(step.page(request), (page) =>
        ends.has(step.id) && ends.get(step.id) === request.cursor ? { ...page, next: undefined } : page,
      ),
  })),
})

const loadAgain = async (file: string): Promise<ConnectorModule> => {
  const { importShared, newInstance } = await import("./sharedPackages.ts")
  const loaded = await importShared(newInstance(pathToFileURL(file).href))
  // It was checked when it was loaded first.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return loaded["default"] as ConnectorModule
}
