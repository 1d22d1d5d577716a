// Holds two syncs of one workspace against each other. Both are read in the order of ids, side by side, so memory stays the same
// however large they are; what differs is looked at closer, and waits on disk until it is read by section.
import { C1zFile } from "@rollcall/c1z"
import type { Failure, FailureKind } from "@rollcall/connector"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Option, Schema, Stream } from "effect"
import type { SyncInfo } from "@rollcall/c1z"
import type { AccessOptions, AccessReader } from "../AccessReader.ts"
import { readerOf } from "../AccessReader.ts"
import type { UnknownName } from "../UnknownName.ts"
import type { Change, Section, Unknown } from "./Change.ts"
import { comparableIn } from "./comparable.ts"
import type { ComparedPair } from "./ComparedPair.ts"
import { shownBy } from "./ComparedPair.ts"
import { differingGrants, grantChanges } from "./compareGrants.ts"
import { differingResources, resourceChange, shown } from "./compareResources.ts"
import type { Difference } from "./mergeSorted.ts"
import { tryStep } from "./mergeSorted.ts"
import type { Spool } from "./spool.ts"
import { makeSpool } from "./spool.ts"
import type { Candidates } from "./storedOrder.ts"
import { candidatesOf } from "./storedOrder.ts"

/** Two syncs cannot be compared: they are of different workspaces, or one has not finished or is not there. */
export class Incomparable
  extends Schema.TaggedError<Incomparable>()("Incomparable", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "unreadable"
  }
}

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
  readonly page: Spool["page"]
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
  const syncs = { before: yield* finishedSync(before, "earlier"), after: yield* finishedSync(after, "later") }
  const pair = yield* pairOf(before, after)
  yield* refuseOtherWorkspace(pair, syncs)
  const spool = yield* makeSpool(tempDirectory)
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

const statusWords = (accounts: number): Unknown => ({
  resourceType: "",
  attribute: "status",
  text:
    `Of ${accounts} ${accounts === 1 ? "account" : "accounts"} it is not known whether the status changed: the syncs are not known to be ` +
    "of the same connector, and what one calls deleted another may call disabled.",
  expected: false,
})

const finishedSync = ({ sync }: AccessReader, when: "earlier" | "later"): Effect.Effect<SyncInfo, Incomparable> => {
  if (sync?.endedAt !== undefined) return Effect.succeed(sync)
  return Effect.fail(
    new Incomparable({
      message:
        sync === undefined
          ? `The ${when} file holds no sync.`
          : `The ${when} sync ${sync.id} has not finished, so what it does not show is not known to be gone.`,
      hint: "Name finished syncs. `rollcall syncs` lists those of a file.",
    }),
  )
}

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

/** Parents of accounts that are read of each sync; an organisation has some hundreds of workspaces. */
const mostParents = 1000

/** Files that other programs wrote do not tell whose data they hold; what accounts belong to does. */
const refuseOtherWorkspace = Effect.fnUntraced(function* (
  { before, after, types }: ComparedPair,
  syncs: { readonly before: SyncInfo; readonly after: SyncInfo },
): Effect.fn.Return<void, StoreError | Incomparable> {
  const [first, second] = [syncs.before.source?.tenant, syncs.after.source?.tenant]
  if (first !== undefined && second !== undefined) {
    if (first.id === second.id) return
    return yield* otherWorkspaces(`${first.displayName} (${first.id})`, `${second.displayName} (${second.id})`)
  }
  const accounts = [...types].filter(([, what]) => what === "account").map(([type]) => type)
  const parentsIn = (access: AccessReader) =>
    Effect.map(
      Effect.forEach(accounts, (type) => access.inOrder.parentsOf(type, mostParents)),
      (parents) => parents.flat(),
    )
  const one = [...(first === undefined ? [] : [first.id]), ...(yield* parentsIn(before))]
  const other = [...(second === undefined ? [] : [second.id]), ...(yield* parentsIn(after))]
  if (one.length === 0 || other.length === 0 || one.some((id) => other.includes(id))) return
  return yield* otherWorkspaces(one[0] ?? "", other[0] ?? "")
})

const otherWorkspaces = (before: string, after: string): Effect.Effect<never, Incomparable> =>
  Effect.fail(
    new Incomparable({
      message: `The syncs are of different workspaces: ${before} and ${after}.`,
      hint: "Compare two syncs of one workspace. `rollcall syncs` tells whose data each is.",
    }),
  )

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

/** Differences that are handed on at once. */
const atOnce = 64

/** Differences as a stream, which lets others run after some thousands of records. */
const differences = <A>(
  open: () => Generator<Difference<A> | "pause", void>,
): Stream.Stream<Difference<A>, StoreError> =>
  Stream.suspend(() => {
    const found = open()
    const page = () =>
      tryStep(() => {
        const some: Array<Difference<A>> = []
        while (some.length < atOnce) {
          const { value, done } = found.next()
          if (done === true) return [some, Option.none()] as const
          if (value === "pause") break
          some.push(value)
        }
        return [some, Option.some(undefined)] as const
      }).pipe(Effect.tap(() => Effect.yieldNow))
    return Stream.paginate(undefined, page).pipe(Stream.ensuring(Effect.sync(() => found.return())))
  })
