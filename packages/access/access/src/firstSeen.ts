// Since when somebody holds something. No system that we know tells; earlier syncs do: a grant is held since the first of the syncs
// that show it without a break up to the one that is read.
import type { C1zFileOptions, FirstSeen, GrantKey, SeenGrants, SoughtGrant } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { AccessReader } from "./AccessReader.ts"
import { openAccess } from "./AccessReader.ts"
import { whyUnknown } from "./diff/comparable.ts"

/** A full sync of the same workspace that ended before the one that is read. */
export interface EarlierSync {
  readonly file: string
  readonly id: string
  /** RFC 3339. */
  readonly endedAt: string
}

/** Since when the grants that were asked about are held. */
export interface SinceWhen {
  /** For each grant; `undefined` where it is not known: it was not asked about, or there is no earlier sync. */
  readonly of: (
    grants: ReadonlyArray<Omit<GrantKey, "resourceType">>,
  ) => Effect.Effect<ReadonlyArray<FirstSeen | undefined>, StoreError>
  /** What could not be read, a sentence each. */
  readonly notes: ReadonlyArray<string>
}

/** Grants that are looked up before others run. */
const atOnce = 1000

/**
 * Looks grants up in earlier syncs, one after the other. It takes as long as opening each file, and memory that does not grow. A
 * sync that does not show all grants of a type says nothing of those that it lacks, and one that cannot be read says nothing at all.
 * @param earlier The last one first.
 */
export const sinceWhen = Effect.fn("Access.sinceWhen")(function* (
  access: AccessReader,
  grants: Stream.Stream<GrantKey, StoreError>,
  earlier: ReadonlyArray<EarlierSync>,
  options: C1zFileOptions = {},
): Effect.fn.Return<SinceWhen, StoreError> {
  const ended = access.sync?.endedAt
  if (earlier.length === 0 || ended === undefined) {
    return { of: (some) => Effect.succeed(some.map(() => undefined)), notes: [] }
  }
  const seen = yield* access.seenGrants
  yield* Stream.runForEachArray(Stream.rechunk(grants, atOnce), (some) => seen.add(some, ended))
  const notes: Array<string> = []
  for (const { file, id, endedAt } of earlier) {
    if ((yield* seen.sought(0, 1)).length === 0) break
    const failure = yield* openAccess(file, { ...options, syncId: id }).pipe(
      Effect.flatMap((copy) => lookUp(copy, seen, endedAt)),
      Effect.as(undefined),
      Effect.catch((cause) => Effect.succeed(cause)),
      Effect.scoped,
    )
    if (failure !== undefined) notes.push(`The sync of ${endedAt} is not looked at for since when: ${failure.message}`)
  }
  return { of: (some) => seen.of(some), notes }
})

const lookUp = Effect.fnUntraced(function* (copy: AccessReader, seen: SeenGrants, endedAt: string) {
  const types = (yield* Stream.runCollect(copy.resourceTypes)).map(({ id }) => id)
  const shown = { type: copy.sync?.type ?? "", types, coverage: yield* copy.coverage }
  const isPartial = (type: string) => whyUnknown(shown, type).length > 0
  let last: SoughtGrant | undefined
  while (true) {
    const sought = yield* seen.sought(last?.row ?? 0, atOnce)
    last = sought.at(-1)
    if (last === undefined) return
    const found = new Set(yield* copy.known.grantsAmong(sought))
    const partial = new Set([...new Set(sought.map(({ resourceType }) => resourceType))].filter(isPartial))
    const missing = sought.filter((grant) => !found.has(grant) && !partial.has(grant.resourceType))
    yield* seen.note(endedAt, [...found], missing)
    yield* Effect.yieldNow
  }
})
