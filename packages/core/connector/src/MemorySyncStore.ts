// A store that lives in memory: for tests of connectors and of the engine, and as the simplest reading of what a store
// must do. It survives a run as a file would, so that a second run over it resumes the first.
import { Clock, Effect, Layer } from "effect"
import type { PageRecords } from "./Connector.ts"
import { allRecordsOf } from "./Connector.ts"
import type { Coverage } from "./Coverage.ts"
import { shrinkFailure } from "./engine/replacePolicy.ts"
import type { Listed } from "./Evidence.ts"
import type { StepRecords } from "./MemorySyncStore/resolveRecords.ts"
import { byCodeUnits, resolveRecords } from "./MemorySyncStore/resolveRecords.ts"
import { flagsOf, mergeBy } from "./mergeResources.ts"
import type { Entitlement, Grant, Resource, ResourceType } from "./model.ts"
import { formatResourceId } from "./model.ts"
import type { HeldSync } from "./resumePolicy.ts"
import { resumeOrBegin, timesOf } from "./resumePolicy.ts"
import type { EarlierSync, RecordCounts, StepState, SyncIdentity, SyncResult, SyncSource } from "./SyncStore.ts"
import type { SyncError } from "./SyncError.ts"
import { SyncStore } from "./SyncStore.ts"

/** A whole sync, as it was published. */
export interface PublishedRecords {
  readonly kind: SyncResult["kind"]
  readonly source: SyncSource
  readonly resourceTypes: ReadonlyArray<ResourceType>
  readonly resources: ReadonlyArray<Resource>
  readonly entitlements: ReadonlyArray<Entitlement>
  readonly grants: ReadonlyArray<Grant>
  readonly coverage: ReadonlyArray<Coverage>
}

/** An output in memory, with the working state of the sync that writes it. */
export interface MemoryOutput {
  /** A store over this output; provide it again for each run, like a process that starts again. */
  readonly layer: Layer.Layer<SyncStore>
  /** What was published last. */
  readonly published: () => PublishedRecords | undefined
  /** Another output that holds what was published so far, without the working state of an unfinished sync. */
  readonly copy: () => MemoryOutput
}

interface Published {
  readonly published: PublishedRecords | undefined
  readonly earlier: ReadonlyArray<EarlierSync>
  readonly runs: number
}

interface StepWork extends StepRecords {
  readonly cursors: Set<string>
  /** The ids of each list. */
  readonly listed: Map<string, Set<string>>
}

interface Work {
  readonly held: HeldSync
  /** The steps of its identity, in the connector's order. */
  readonly order: ReadonlyArray<string>
  readonly steps: Map<string, StepWork>
}

/** An empty output in memory. */
export const memoryOutput = (): MemoryOutput => outputWith({ published: undefined, earlier: [], runs: 0 })

const outputWith = (initial: Published): MemoryOutput => {
  let work: Work | undefined
  let { published, earlier, runs } = initial

  const stepWork = (state: StepState): StepWork => {
    const steps = openWork().steps
    const known = steps.get(state.step)
    if (known !== undefined) return known
    const fresh: StepWork = {
      state,
      cursors: new Set(),
      resources: [],
      entitlements: [],
      grants: [],
      aliases: [],
      listed: new Map(),
    }
    steps.set(state.step, fresh)
    return fresh
  }
  const openWork = (): Work => {
    if (work === undefined) throw new Error("The store was used before it was opened.")
    return work
  }
  const allSteps = () => [...openWork().steps.values()]
  let whole: ReturnType<typeof resolveRecords> | undefined
  const resolved = () => {
    whole ??= resolveRecords(openWork().order.flatMap((id) => openWork().steps.get(id) ?? []))
    return whole
  }

  const nextId = Effect.sync(() => `sync-${++runs}`)
  const open = Effect.fn("MemorySyncStore.open")(function* (identity: SyncIdentity, acceptsShrink = false) {
    const {
      sync: held,
      resumed,
      restartReason,
    } = yield* resumeOrBegin({ held: work?.held }, identity, acceptsShrink, nextId)
    const current: Work = { held, order: identity.steps, steps: (resumed ? work?.steps : undefined) ?? new Map() }
    work = current
    whole = undefined
    return {
      syncId: held.syncId,
      startedAt: held.startedAt,
      resumed,
      ...(restartReason === undefined ? {} : { restartReason }),
      steps: allSteps().map((it) => it.state),
    }
  })

  const commit = Effect.fnUntraced(function* (
    page: PageRecords,
    told: StepState,
    listed: ReadonlyArray<Listed> = [],
    settled: Effect.Effect<StepState, SyncError> = Effect.succeed(told),
  ) {
    const records = allRecordsOf(page)
    const state = yield* settled
    whole = undefined
    const step = stepWork(state)
    step.state = state
    if (state.next !== undefined) step.cursors.add(state.next)
    step.resources.push(...records.resources)
    step.entitlements.push(...records.entitlements)
    step.grants.push(...records.grants)
    step.aliases.push(...records.aliases)
    for (const { list, ids } of listed) {
      const known = step.listed.get(list) ?? new Set()
      step.listed.set(list, known)
      for (const id of ids) known.add(id)
    }
  })

  const idsListed = (step: string, lists?: ReadonlyArray<string>): ReadonlySet<string> => {
    const all = [...(openWork().steps.get(step)?.listed ?? [])]
    return new Set(all.flatMap(([list, ids]) => (lists?.includes(list) === false ? [] : [...ids])))
  }

  const unknownAmong = (types: ReadonlyArray<string>): ReadonlyArray<Grant> =>
    resolved().grants.filter(
      ({ principal }) =>
        types.includes(principal.resourceType) && !resolved().resources.has(formatResourceId(principal)),
    )

  const layer = Layer.succeed(SyncStore, {
    earlier: () => Effect.sync(() => earlier),
    open,
    commit,
    hasCursor: (step, cursor) => Effect.sync(() => openWork().steps.get(step)?.cursors.has(cursor) === true),
    unseen: (step, ids, lists) =>
      Effect.sync(() => {
        const known = idsListed(step, lists)
        return [...new Set(ids)].filter((id) => !known.has(id))
      }),
    countListed: (step, lists) => Effect.sync(() => idsListed(step, lists).size),
    compareListed: (step, other, lists) =>
      Effect.sync(() => {
        const [own, others] = [idsListed(step), idsListed(other, lists)]
        const aliases = allSteps().flatMap((it) => it.aliases)
        const otherIdsOf = (id: string) =>
          aliases.flatMap((it) => (it.id.resource === id ? [it.alias] : it.alias === id ? [it.id.resource] : []))
        return {
          listed: others.size,
          missing: [...others].filter((id) => !own.has(id) && !otherIdsOf(id).some((alias) => own.has(alias))).length,
        }
      }),
    findResources: (type, steps, from = "", most) =>
      Effect.sync(() =>
        [...resolved().resources.values()]
          .map((said) => said.filter(({ step }) => steps.includes(step)))
          .flatMap((said) => {
            const [first] = said
            const isWanted = first?.resource.id.resourceType === type && first.resource.id.resource >= from
            return isWanted ? [{ id: first.resource.id.resource, said }] : []
          })
          .toSorted((a, b) => byCodeUnits(a.id, b.id))
          .slice(0, most)
          .map(({ said }) => said),
      ),
    restart: (step) =>
      Effect.sync(() => {
        whole = undefined
        openWork().steps.delete(step)
      }),
    steps: Effect.sync(() => allSteps().map((it) => it.state)),
    unknownPrincipals: (types) => Effect.sync(() => unknownAmong(types).length),
    findUnknownPrincipals: (type, most) =>
      Effect.sync(() => {
        const ids = [...new Set(unknownAmong([type]).map(({ principal }) => principal.resource))]
        return { ids: ids.toSorted(byCodeUnits).slice(0, most), count: ids.length }
      }),
    onlyIn: (id) =>
      Effect.sync(
        () => [...resolved().resources.values()].filter((said) => said.every(({ step }) => step === id)).length,
      ),
    differing: (id) =>
      Effect.sync(
        () =>
          [...resolved().resources.values()].filter((said) => {
            const own = said.filter(({ step, resource }) => step === id && resource.precedence !== undefined)
            return new Set(own.map(({ resource }) => flagsOf(resource))).size > 1
          }).length,
      ),
    publish: (result) =>
      Effect.gen(function* () {
        const current = openWork()
        const { held } = current
        const all = resolved()
        const resources = [...all.resources.values()]
          .map(mergeBy(result.merge))
          .filter(({ id }) => result.unpublishedTypes?.includes(id.resourceType) !== true)
        const { entitlements, grants } = all
        const { kind, source, resourceTypes, coverage } = result
        const counts: RecordCounts = {
          resources: countBy(resources, (it) => it.id.resourceType),
          entitlements: countBy(entitlements, (it) => it.resource.resourceType),
          grants: countBy(grants, (it) => it.resource.resourceType),
        }
        const refusal = shrinkFailure(result, counts)
        if (refusal !== undefined) {
          work = { ...current, held: { ...held, shrank: true } }
          return yield* refusal
        }
        published = { kind, source, resourceTypes, resources, entitlements, grants, coverage }
        work = undefined
        const { syncId } = held
        const times = timesOf(held.startedAt, yield* Clock.currentTimeMillis)
        const told: EarlierSync = {
          syncId,
          isFull: kind === "full",
          endedAt: new Date(times.endedAt).toISOString(),
          connector: source.connector,
          tenants: [source.tenant],
          counts: { resources: counts.resources, grants: counts.grants },
          complete: coverage.filter((it) => it.state === "complete").map((it) => it.resourceType),
        }
        earlier = [...earlier.filter((it) => result.leaveOut?.includes(it.syncId) !== true), told]
        return { syncId, ...times, counts, notes: [], warnings: [] }
      }),
  })

  return { layer, published: () => published, copy: () => outputWith({ published, earlier, runs }) }
}

const countBy = <A>(values: ReadonlyArray<A>, key: (value: A) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const value of values) counts[key(value)] = (counts[key(value)] ?? 0) + 1
  return counts
}
