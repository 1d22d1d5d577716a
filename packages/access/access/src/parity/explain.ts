// Which known difference explains what differs between the files of two programs.
import type { ComparedKind, FileSide, KnownDifference, RecordPattern, ValuePattern } from "@rollcall/connector"
import { matcher } from "../matcher.ts"
import type { Fact, Facts } from "./facts.ts"

/** A record that differs, as far as explaining takes. */
interface Differing {
  readonly kind: ComparedKind
  readonly resourceType: string
}

/** Finds the ids of known differences. */
export interface Explanations {
  /** Of a record that one file has alone. */
  readonly ofRecord: (record: Differing, only: FileSide, facts: Facts, otherHasNone: boolean) => string | undefined
  /** Of a value that one file lacks, or that differs. */
  readonly ofValue: (
    record: Differing,
    path: string,
    theirs: Fact | undefined,
    ours: Fact | undefined,
  ) => string | undefined
}

/** Explains by these differences, the first that applies. */
export const explanationsBy = (known: ReadonlyArray<KnownDifference>): Explanations => {
  const patterns = known.flatMap(({ id, where }) => where.map((pattern) => ({ id, pattern })))
  const records = patterns.flatMap(({ id, pattern }) => ("path" in pattern ? [] : [{ id, pattern }]))
  const values = patterns.flatMap(({ id, pattern }) =>
    "path" in pattern ? [{ id, pattern, isAt: matcher(pattern.path) }] : [],
  )
  return {
    ofRecord: (record, only, facts, otherHasNone) =>
      records.find(({ pattern }) => isRecord(pattern, record, only, facts, otherHasNone))?.id,
    ofValue: (record, path, theirs, ours) =>
      values.find(({ pattern, isAt }) => isOf(pattern, record) && isAt(path) && isValue(pattern, theirs, ours))?.id,
  }
}

const isOf = (pattern: ValuePattern, { kind, resourceType }: Differing): boolean =>
  pattern.kind === kind && (pattern.resourceType ?? resourceType) === resourceType

const isRecord = (
  { kind, resourceType, only, without, otherHasNone }: RecordPattern,
  record: Differing,
  side: FileSide,
  facts: Facts,
  hasNone: boolean,
): boolean =>
  kind === record.kind &&
  resourceType === record.resourceType &&
  only === side &&
  (without === undefined || !facts.has(without)) &&
  (otherHasNone !== true || hasNone)

const isValue = (pattern: ValuePattern, theirs: Fact | undefined, ours: Fact | undefined): boolean => {
  if (pattern.theirs !== undefined && pattern.theirs !== theirs) return false
  if (pattern.only === "ours") return theirs === undefined
  if (pattern.only === "theirs") return ours === undefined
  return theirs !== undefined && ours !== undefined
}
