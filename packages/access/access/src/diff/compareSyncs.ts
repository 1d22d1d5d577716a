// Holds two syncs of one workspace against each other. Both are read in the order of ids, side by side, so memory stays the same
// however large they are; what differs is looked at closer, and waits on disk until it is read by section.
import { C1zFile } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import type { SyncInfo } from "@rollcall/c1z"
import type { AccessOptions, AccessReader } from "../AccessReader.ts"
import { readerOf } from "../AccessReader.ts"
import type { UnknownName } from "../UnknownName.ts"
import type { Change, Section, Unknown } from "./Change.ts"
import { sectionIds } from "./Change.ts"
import { comparableIn } from "./comparable.ts"
import type { ComparedPair } from "./ComparedPair.ts"
import { shownBy } from "./ComparedPair.ts"
import { differingGrants, grantChanges } from "./compareGrants.ts"
import { differingResources, resourceChange, shown } from "./compareResources.ts"
import type { Incomparable } from "./Incomparable.ts"
import { finishedSync, refuseOtherWorkspace } from "./Incomparable.ts"
import { atOnce, differences } from "./mergeSorted.ts"
import type { Sections, Spool } from "./spool.ts"
import { makeSpool } from "./spool.ts"
import type { Candidates } from "./storedOrder.ts"
import { candidatesOf } from "./storedOrder.ts"

/** A sync by its file and, as `chooseSync` knows it, its id, a date …; the full one that was published last when it is absent. */
export interface SyncPlace {
  readonly file: string
  readonly sync?: string | undefined
}

/** What differs between two syncs. */
export interface Comparison {
  readonly before: SyncInfo
  readonly after: SyncInfo
  /** How many changes each section has. A line on how many hold something is none. */
  readonly counts: Readonly<Record<Section, number>>
  /** How many changes there are. */
  readonly total: number
  /** What cannot be told. */
  readonly unknown: ReadonlyArray<Unknown>
  /** The changes by section. */
  readonly changes: Stream.Stream<Change, StoreError>
  /** Some changes of a section, lines on how many hold something among them. */
  readonly page: Spool<Section, Change>["page"]
}

/** How syncs are compared. */
export interface CompareOptions {
  /** Where changes wait. */
  readonly tempDirectory?: string | undefined
  /** The most records that may differ before both syncs are read by id; 20,000 by default. */
  readonly mostCandidates?: number | undefined
}

/** Opens two syncs, of one file or of two, and compares them. All of it lasts as long as the scope. */
export const compareFiles = Effect.fn("Access.compareFiles")(function* (
  before: SyncPlace,
  after: SyncPlace,
  options: Omit<AccessOptions, "syncId"> & CompareOptions = {},
): Effect.fn.Return<Comparison, StoreError | UnknownName | Incomparable, Scope.Scope> {
  const first = yield* C1zFile.open(before.file, options)
  const second = after.file === before.file ? first : yield* C1zFile.open(after.file, options)
  const { meanings, privileged, tempDirectory, mostCandidates } = options
  return yield* compareSyncs(
    yield* readerOf(first, { syncId: before.sync, meanings, privileged }),
    yield* readerOf(second, { syncId: after.sync, meanings, privileged }),
    { tempDirectory, mostCandidates },
  )
})

/** Compares two syncs that are open. */
export const compareSyncs = Effect.fn("Access.compareSyncs")(function* (
  before: AccessReader,
  after: AccessReader,
  { tempDirectory, mostCandidates }: CompareOptions = {},
): Effect.fn.Return<Comparison, StoreError | Incomparable, Scope.Scope> {
  const syncs = { before: yield* finishedSync(before, "The earlier"), after: yield* finishedSync(after, "The later") }
  const pair = yield* pairOf(before, after)
  yield* refuseOtherWorkspace(pair, syncs)
  const spool = yield* makeSpool(bySection, tempDirectory)
  let unknownStatuses = 0
  const candidates = yield* candidatesOf(pair, mostCandidates)
  for (const type of pair.types.keys()) {
    if (!pair.comparable.isKnown(type)) continue
    yield* Stream.runForEachArray(shownDifferences(pair, type, candidates), (some) =>
      Effect.flatMap(
        Effect.forEach(some, ({ earlier, later }) =>
          resourceChange(pair, type, earlier, later, () => unknownStatuses++),
        ),
        (changes) => spool.append(changes.filter((change) => change !== undefined)),
      ),
    )
  }
  const changesOf = grantChanges(pair)
  yield* Stream.runForEachArray(
    candidates === undefined
      ? differences(() => differingGrants(pair))
      : Stream.rechunk(Stream.fromIterable(candidates.grants), atOnce),
    (some) => Effect.flatMap(Effect.forEach(some, changesOf), (changes) => spool.append(changes.flat())),
  )
  const counts = spool.counts()
  return {
    ...syncs,
    counts,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    unknown: [...pair.comparable.unknown, ...(unknownStatuses === 0 ? [] : [statusWords(unknownStatuses)])],
    changes: spool.changes,
    page: spool.page,
  }
})

const bySection: Sections<Section, Change> = {
  ids: sectionIds,
  of: ({ section }) => section,
  // How many hold something says no more than the changes that follow it.
  isCounted: ({ what }) => what !== "holders",
}

const statusWords = (accounts: number): Unknown => ({
  resourceType: "",
  attribute: "status",
  text:
    `Of ${accounts} ${accounts === 1 ? "account" : "accounts"} it is not known whether the status changed: the syncs are not known to be ` +
    "of the same connector, and what one calls deleted another may call disabled.",
  expected: false,
})

const pairOf = Effect.fnUntraced(function* (
  before: AccessReader,
  after: AccessReader,
): Effect.fn.Return<ComparedPair, StoreError> {
  const sides = yield* Effect.forEach([before, after], (access) =>
    Effect.gen(function* () {
      const types = yield* Stream.runCollect(access.resourceTypes)
      const { unexpandedGrants } = yield* access.incompleteness
      return {
        types,
        side: {
          type: access.sync?.type ?? "",
          types: types.map(({ id }) => id),
          coverage: yield* access.coverage,
          declareKinds: access.meanings.declareKinds,
          unexpandedGrants,
        },
      }
    }),
  )
  const [first, second] = sides
  if (first === undefined || second === undefined) return yield* Effect.die("two syncs are compared")
  const connectors = [before.sync?.source?.connector, after.sync?.source?.connector]
  return {
    before,
    after,
    comparable: comparableIn(first.side, second.side),
    types: new Map(
      [...first.types, ...second.types].map(({ id, traits }) => {
        const [trait] = traits
        return [id, traits.includes("user") ? "account" : trait === undefined || trait === "user" ? "resource" : trait]
      }),
    ),
    sameStatusWords: connectors[0] !== undefined && connectors[0] === connectors[1],
  }
})

/** The resources of a type that may differ, as each sync shows them, in the order of their ids. */
const shownDifferences = (pair: ComparedPair, type: string, candidates: Candidates | undefined) =>
  candidates === undefined
    ? Stream.mapArrayEffect(
        differences(() => differingResources(pair, type)),
        Effect.forEach(({ before, after }) =>
          Effect.all({ earlier: shown(pair.before, before), later: shown(pair.after, after) }),
        ),
      )
    : Stream.fromIterable(candidates.resources.get(type) ?? []).pipe(
        Stream.rechunk(atOnce),
        Stream.mapArrayEffect(
          Effect.forEach((resource) => {
            const id = { resourceType: type, resource }
            return Effect.all({ earlier: shownBy(pair.before, id), later: shownBy(pair.after, id) })
          }),
        ),
      )
