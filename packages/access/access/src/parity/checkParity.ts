// Holds a file of ours against one that another program made of the same system, record by record and value by value, and explains
// what differs by the differences that are known. Both are read by id, side by side, so memory stays the same however large they are.
import type { OrderedRecord, SyncInfo } from "@rollcall/c1z"
import { compareText } from "@rollcall/c1z"
import type { ComparedKind, Coverage, FileSide, KnownDifference, StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import type { AccessReader } from "../AccessReader.ts"
import { whyUnknown } from "../diff/comparable.ts"
import type { CompareOptions } from "../diff/compareSyncs.ts"
import type { Incomparable } from "../diff/Incomparable.ts"
import { finishedSync, refuseOtherWorkspace } from "../diff/Incomparable.ts"
import type { Difference } from "../diff/mergeSorted.ts"
import { differences, mergeSorted, tryStep } from "../diff/mergeSorted.ts"
import type { Spool } from "../diff/spool.ts"
import { makeSpool } from "../diff/spool.ts"
import { explanationsBy } from "./explain.ts"
import type { Fact, Facts } from "./facts.ts"
import { differingPlaces, factsOf } from "./facts.ts"

/** The kinds of records, in the order in which they are compared. */
export const comparedKinds = ["resourceType", "resource", "entitlement", "grant"] as const

/** The section of what no known difference explains. */
export const unexplained = "unexplained"

/** The section of what our sync did not read, as it says itself. */
export const notRead = "not-read"

/** A value that differs; `null` where a file does not have it. */
export interface DifferingValue {
  /** As `KnownDifference` names places. */
  readonly path: string
  readonly theirs: Fact | null
  readonly ours: Fact | null
}

/** A record that one file has alone, or values of a record in both that differ and have the same explanation. */
export interface RecordDifference {
  readonly kind: ComparedKind
  readonly id: string
  /** The name of a resource, an entitlement or a type; empty of a grant. */
  readonly name: string
  /** The type itself, that of the resource, or that of what the entitlement or the grant is on. */
  readonly resourceType: string
  /** The file that has the record alone; `null` where both have it. */
  readonly only: FileSide | null
  /** The known difference, `not-read`, or `unexplained`. */
  readonly explanation: string
  readonly values: ReadonlyArray<DifferingValue>
}

/** How many records of a kind the files have. */
export interface RecordTally {
  readonly theirs: number
  readonly ours: number
  readonly both: number
  /** Those of both in which every value is the same. */
  readonly same: number
}

/** What differs between the two files. */
export interface Parity {
  readonly theirs: SyncInfo
  readonly ours: SyncInfo
  readonly records: Readonly<Record<ComparedKind, RecordTally>>
  /** How many differences each explanation has, `unexplained` and `not-read` among them. */
  readonly counts: Readonly<Record<string, number>>
  readonly total: number
  /** What our sync did not read, as sentences. */
  readonly gaps: ReadonlyArray<string>
  /** The differences: unexplained ones first, then by their explanation. */
  readonly differences: Stream.Stream<RecordDifference, StoreError>
  /** Some differences of an explanation. */
  readonly page: Spool<string, RecordDifference>["page"]
}

/** How files are held against each other. */
export interface ParityOptions extends Pick<CompareOptions, "tempDirectory"> {
  /** What is known to differ on purpose. */
  readonly known: ReadonlyArray<KnownDifference>
}

/** Compares what another program stored with what we did, of one system. The comparison lasts as long as the scope. */
export const checkParity = Effect.fn("Access.checkParity")(function* (
  theirs: AccessReader,
  ours: AccessReader,
  { known, tempDirectory }: ParityOptions,
): Effect.fn.Return<Parity, StoreError | Incomparable, Scope.Scope> {
  const syncs = { theirs: yield* finishedSync(theirs, "The other"), ours: yield* finishedSync(ours, "Our") }
  yield* refuseOtherWorkspace(
    { before: theirs, after: ours, types: accountTypesOf(theirs, ours) },
    { before: syncs.theirs, after: syncs.ours },
  )
  const coverage = yield* ours.coverage
  const shown = {
    type: syncs.ours.type,
    types: yield* Stream.runCollect(Stream.map(ours.resourceTypes, ({ id }) => id)),
    coverage,
  }
  const context: Context = {
    explain: explanationsBy(known),
    isRead: (resourceType) => whyUnknown(shown, resourceType).length === 0,
    listed: {
      theirs: (yield* theirs.counts).resourcesByResourceType,
      ours: (yield* ours.counts).resourcesByResourceType,
    },
  }
  const ids = [unexplained, notRead, ...known.map(({ id }) => id)]
  const sections = { ids, of: ({ explanation }: RecordDifference) => explanation, isCounted: () => true }
  const spool = yield* makeSpool(sections, tempDirectory)
  const records: Record<ComparedKind, RecordTally> = {
    resourceType: none,
    resource: none,
    entitlement: none,
    grant: none,
  }
  for (const kind of comparedKinds) {
    const tally = { ...none }
    yield* Stream.runForEachArray(
      differences(() => differing(theirs, ours, kind, tally)),
      (some) =>
        Effect.flatMap(
          tryStep(() => some.flatMap((one) => differencesOf(context, kind, one, tally))),
          spool.append,
        ),
    )
    records[kind] = tally
  }
  const counts = spool.counts()
  return {
    ...syncs,
    records,
    counts,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    gaps: gapsOf(coverage),
    differences: spool.changes,
    page: spool.page,
  }
})

const none: RecordTally = { theirs: 0, ours: 0, both: 0, same: 0 }

const accountTypesOf = (...sides: ReadonlyArray<AccessReader>) =>
  new Map(sides.flatMap(({ accountTypes }) => [...accountTypes].map((type) => [type, "account"] as const)))

const gapsOf = (coverage: ReadonlyArray<Coverage>): ReadonlyArray<string> => [
  ...new Set(
    coverage.flatMap(({ gaps }) =>
      gaps.flatMap(({ missing, explanation, expected }) => (expected === true ? [] : [`${missing}. ${explanation}`])),
    ),
  ),
]

type Tally = { -readonly [K in keyof RecordTally]: number }

/** Records of a kind that one file has alone, or that are not the same at first sight. Counts them on the way. */
function* differing(theirs: AccessReader, ours: AccessReader, kind: ComparedKind, tally: Tally) {
  yield* mergeSorted<OrderedRecord>(
    counted(theirs.inOrder.records(kind), () => tally.theirs++),
    counted(ours.inOrder.records(kind), () => tally.ours++),
    (a, b) => compareText(a.id, b.id),
    (a, b) => {
      tally.both++
      const isSame = sameAtSight(kind, a, b)
      if (isSame) tally.same++
      return !isSame
    },
  )
}

function* counted<A>(all: Generator<A, void>, count: () => void): Generator<A, void> {
  try {
    for (const one of all) {
      count()
      yield one
    }
  } finally {
    all.return()
  }
}

/** Most grants name ids alone, and copies of what these name differ; so they are not decoded. */
const sameAtSight = (kind: ComparedKind, a: OrderedRecord, b: OrderedRecord): boolean => {
  if (kind !== "grant") return Buffer.compare(a.data, b.data) === 0
  const ids = a.idsAlone()
  return ids !== undefined && ids === b.idsAlone()
}

interface Context {
  readonly explain: ReturnType<typeof explanationsBy>
  /** Whether our sync shows all of a type. */
  readonly isRead: (resourceType: string) => boolean
  /** How many resources of each type a file lists. */
  readonly listed: Readonly<Record<FileSide, Readonly<Record<string, number>>>>
}

const differencesOf = (
  context: Context,
  kind: ComparedKind,
  { before: theirs, after: ours }: Difference<OrderedRecord>,
  tally: Tally,
): ReadonlyArray<RecordDifference> => {
  const [a, b] = [theirs && recordOf(kind, theirs), ours && recordOf(kind, ours)]
  const shown = b ?? a
  if (shown === undefined) return []
  const record = { kind, id: shown.id, name: shown.name, resourceType: shown.resourceType }
  if (a === undefined || b === undefined) {
    const only = a === undefined ? "ours" : "theirs"
    const other = only === "ours" ? "theirs" : "ours"
    const hasNone = (context.listed[other][record.resourceType] ?? 0) === 0
    const explanation =
      context.explain.ofRecord(record, only, shown.facts, hasNone) ??
      (only === "theirs" && !context.isRead(record.resourceType) ? notRead : unexplained)
    return [{ ...record, only, explanation, values: [] }]
  }
  const values = new Map<string, Array<DifferingValue>>()
  for (const [path, one, other] of differingPlaces(a.facts, b.facts)) {
    const explanation = context.explain.ofValue(record, path, one, other) ?? unexplained
    const value = { path, theirs: one ?? null, ours: other ?? null }
    values.set(explanation, [...(values.get(explanation) ?? []), value])
  }
  if (values.size === 0) tally.same++
  return [...values].map(([explanation, some]) => ({ ...record, only: null, explanation, values: some }))
}

/** A record with its values. */
interface Known {
  readonly id: string
  readonly name: string
  readonly resourceType: string
  readonly facts: Facts
}

/** Where a kind of record says what it is about. */
const typePlace: Readonly<Record<ComparedKind, string>> = {
  resourceType: "id",
  resource: "id.resourceType",
  entitlement: "resource.resourceType",
  grant: "entitlement.resource.resourceType",
}

const recordOf = (kind: ComparedKind, { id, json }: OrderedRecord): Known => {
  const facts = factsOf(kind, json())
  return {
    id,
    name: textAt(facts, "displayName"),
    resourceType: textAt(facts, typePlace[kind]),
    facts,
  }
}

const textAt = (facts: Facts, path: string): string => {
  const value = facts.get(path)
  return typeof value === "string" ? value : ""
}
