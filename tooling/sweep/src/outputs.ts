// Where a case is synced to: into memory, which is fast enough for the test command, or into a file, as the apps do.
import { copyFileSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { C1zFile, entitlementViewToJson, resourceViewToJson } from "@rollcall/c1z"
import type { Connector, MemoryOutput, PublishedRecords } from "@rollcall/connector"
import { formatResourceId, memoryOutput, runSync } from "@rollcall/connector"
import { syncToFile } from "@rollcall/host/sync"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import type { Snapshot, StoredRecord } from "./snapshot.ts"

/** One output that a case has for itself. */
export interface Output {
  readonly sync: (connector: Connector) => Effect.Effect<unknown, unknown>
  readonly snapshot: Effect.Effect<Snapshot, unknown>
  /** Equal as long as nothing was published. */
  readonly version: () => unknown
}

/** A kind of output: `fill` syncs a first time and gives as many copies as are asked for. */
export interface OutputKind {
  readonly fill: (
    first: (output: Output) => Effect.Effect<unknown, unknown>,
  ) => Effect.Effect<Effect.Effect<Output, unknown, Scope.Scope>, unknown, Scope.Scope>
}

const inMemory = ({ layer, published }: MemoryOutput): Output => ({
  sync: (connector) => Effect.provide(runSync(connector), layer),
  snapshot: Effect.suspend(() => {
    const found = published()
    return found === undefined
      ? Effect.fail(new Error("Nothing was published."))
      : Effect.succeed(inMemorySnapshot(found))
  }),
  version: published,
})

const inMemorySnapshot = ({ resources, entitlements, grants, coverage }: PublishedRecords): Snapshot => {
  const records = new Map<string, StoredRecord>()
  for (const it of resources) {
    // SCIM need not list bots, so that what it says of them may be missing without a gap.
    const content = it.account?.accountType === "service" ? "a bot" : JSON.stringify(it)
    records.set(formatResourceId(it.id), { resourceType: it.id.resourceType, content })
  }
  for (const it of [...entitlements, ...grants]) {
    records.set(it.id, { resourceType: it.resource.resourceType, content: JSON.stringify(it) })
  }
  return { records, coverage }
}

/** Outputs in memory. */
export const memory: OutputKind = {
  fill: Effect.fnUntraced(function* (first) {
    const filled = memoryOutput()
    yield* first(inMemory(filled))
    return Effect.sync(() => inMemory(filled.copy()))
  }),
}

const inFile = (file: string): Output => ({
  sync: (connector) => {
    const store = { file, "keep-sync-count": 2, "skip-cleanup": false, "c1z-temp-dir": undefined }
    const settings = { ...store, "max-shrink": 50, "allow-shrink-until": undefined }
    return syncToFile({ connector, calls: Effect.succeed(0) }, settings, {})
  },
  snapshot: fileSnapshot(file),
  version: () => readFileSync(file).toString("base64"),
})

const fileSnapshot = Effect.fnUntraced(function* (path: string) {
  const reader = yield* (yield* C1zFile.open(path)).sync()
  const records = new Map<string, StoredRecord>()
  const keep = (id: string, resourceType: string, json: unknown) =>
    Effect.sync(() => void records.set(id, { resourceType, content: JSON.stringify(json) }))
  // Copies of other records are left out: these are compared themselves, and a gap counts for their type.
  yield* Stream.runForEach(reader.resources(), ({ resource, resourceType }) =>
    keep(
      `${resourceType.id}:${resource.id?.resource}`,
      resourceType.id,
      resourceViewToJson({ resource, resourceType }),
    ),
  )
  yield* Stream.runForEach(reader.entitlements(), (view) => {
    const { resource: _, ...entitlement } = view.entitlement
    const json = entitlementViewToJson({ ...view, entitlement })
    return keep(entitlement.id, view.resourceType.id, { ...json, resource: view.resource.id })
  })
  yield* Stream.runForEach(reader.grants(), (view) => keep(view.grant.id, view.thing.resourceType.id, view.grant.id))
  return { records, coverage: yield* reader.coverage }
}, Effect.scoped)

/** Outputs in `.c1z` files of their own. */
export const files: OutputKind = {
  fill: Effect.fnUntraced(function* (first) {
    const filled = join(yield* scratchFolder("sweep"), "sync.c1z")
    yield* first(inFile(filled))
    return Effect.gen(function* () {
      const file = join(yield* scratchFolder("sweep"), "sync.c1z")
      copyFileSync(filled, file)
      return inFile(file)
    })
  }),
}
