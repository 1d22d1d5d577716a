// What may differ between two syncs, found by walking through both in the order in which they were stored. Two syncs of a workspace are
// stored in nearly the same order, so most records stand opposite their equals, and whole blocks of them are passed
// at once. What differs is looked up by id after that, so that this need not be exact: it must only name all that differs.
import type { OrderedGrant, OrderedResource, StoredBlock, StoredRecords } from "@rollcall/c1z"
import { compareGrants, compareText, partsOfGrant } from "@rollcall/c1z"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { ComparedPair } from "./ComparedPair.ts"
import type { Difference } from "./mergeSorted.ts"
import { recordsBetweenPauses, tryStep } from "./mergeSorted.ts"

/** What may differ. */
export interface Candidates {
  /** By type, in order: the ids of what is in one sync alone, or has other data, or holds something else that says what it is. */
  readonly resources: ReadonlyMap<string, ReadonlyArray<string>>
  /** In order. Exact: each is in one of the syncs alone. */
  readonly grants: ReadonlyArray<Difference<OrderedGrant>>
}

/** Records of which it is remembered that they differ; of more, and of syncs in different orders, all is read by id. */
const mostCandidates = 20_000

/** What may differ; `undefined` where that is too much, or stored in another order. */
export const candidatesOf = Effect.fnUntraced(function* (
  { before, after, types }: ComparedPair,
  most: number = mostCandidates,
): Effect.fn.Return<Candidates | undefined, StoreError> {
  const resources = yield* walked(before.inOrder.storedResources, after.inOrder.storedResources, asResource, most)
  if (resources === undefined) return undefined
  const grants = yield* walked(before.inOrder.storedGrants, after.inOrder.storedGrants, asGrant, most)
  if (grants === undefined) return undefined

  const ids = new Map([...types.keys()].map((type) => [type, new Set<string>()]))
  const add = ({ resourceType, resource }: ResourceId) => ids.get(resourceType)?.add(resource)
  for (const key of [...resources.before, ...resources.after]) {
    const [resourceType = "", resource = ""] = key.split("\0")
    add({ resourceType, resource })
  }
  const telling = new Set([...before.meanings.types, ...after.meanings.types])
  for (const grant of [...grants.before, ...grants.after]) {
    const { principal, resource } = partsOfGrant(grant)
    if (telling.has(resource.resourceType)) add(principal)
  }
  const lost = yield* lackedBy(after, grants.before)
  const gained = yield* lackedBy(before, grants.after)
  const differences: ReadonlyArray<Difference<OrderedGrant>> = [
    ...lost.map((grant) => ({ before: grant, after: undefined })),
    ...gained.map((grant) => ({ before: undefined, after: grant })),
  ]
  return {
    resources: new Map([...ids].map(([type, some]) => [type, [...some].toSorted(compareText)])),
    grants: differences.toSorted((a, b) => compareGrants(a.before ?? a.after, b.before ?? b.after)),
  }
})

/** Those whose principals have no grant of the entitlement there, each pair once. */
const lackedBy = Effect.fnUntraced(function* (
  access: ComparedPair["before"],
  grants: ReadonlySet<OrderedGrant>,
): Effect.fn.Return<ReadonlyArray<OrderedGrant>, StoreError> {
  const sorted = [...grants].toSorted(compareGrants)
  const once = sorted.filter((grant, at) => at === 0 || compareGrants(sorted[at - 1] ?? "", grant) !== 0)
  const asked = once.map((grant) => ({ grant, ...partsOfGrant(grant) }))
  const known = new Set(yield* access.known.grantsAmong(asked))
  return asked.filter((it) => !known.has(it)).map(({ grant }) => grant)
})

/** How records of one kind are told apart. */
interface Kind<A> {
  /** What no two different records have in common. */
  readonly keyOf: (record: A) => string
  readonly isSame: (a: A, b: A) => boolean
  /** The record as it can be kept when its block is gone. */
  readonly kept: (record: A) => A
}

const asGrant: Kind<OrderedGrant> = { keyOf: (grant) => grant, isSame: (a, b) => a === b, kept: (grant) => grant }

const asResource: Kind<OrderedResource> = {
  keyOf: ({ id }) => id,
  isSame: (a, b) => a.id === b.id && Buffer.compare(a.data, b.data) === 0,
  kept: ({ id, data }) => ({ id, data: data.slice() }),
}

/** A sequence of records, parts of which are passed at once where another one has the same: `StoredRecords`. */
type Walked<A> = Pick<StoredRecords<A>, "isUsedUp" | "current" | "advance" | "begin" | "block" | "split" | "pass">

const isSameBlock = (a: StoredBlock, b: StoredBlock): boolean =>
  a.length === b.length && a.texts === b.texts && Buffer.compare(a.data, b.data) === 0

interface Differing {
  readonly before: ReadonlySet<string>
  readonly after: ReadonlySet<string>
}

/**
 * The keys of the records that have no equal on the other side, with a pause now and then; `undefined` where there are too many, or
 * records that are not plain.
 */
export function* walkTogether<A>(
  before: Walked<A>,
  after: Walked<A>,
  { keyOf, isSame, kept }: Kind<A>,
  most: number,
): Generator<"pause", Differing | undefined> {
  const [inBefore, inAfter] = [new Map<string, A>(), new Map<string, A>()]
  const changed = new Set<string>()
  /** Takes the equal of a record from those that the other side had earlier. */
  const takes = (record: A, from: Map<string, A>): boolean => {
    const key = keyOf(record)
    const other = from.get(key)
    return other !== undefined && isSame(record, other) && from.delete(key)
  }
  for (let untilPause = recordsBetweenPauses; ;) {
    if (untilPause <= 0) {
      untilPause = recordsBetweenPauses
      yield "pause"
    }
    if (inBefore.size + inAfter.size + changed.size > most) return undefined
    if (before.isUsedUp || after.isUsedUp) {
      if (!before.begin() || !after.begin()) return undefined
      const { length } = before.block
      if (length > 0 && isSameBlock(before.block, after.block)) {
        before.pass()
        after.pass()
        untilPause -= length
        continue
      }
      if (!before.split() || !after.split()) return undefined
    }
    untilPause--
    const [left, right] = [before.current, after.current]
    if (left === undefined && right === undefined) {
      return { before: new Set([...inBefore.keys(), ...changed]), after: new Set(inAfter.keys()) }
    }
    if (left !== undefined && right !== undefined && keyOf(left) === keyOf(right)) {
      // Of what stands opposite itself no data is kept: they will not be the same later.
      if (!isSame(left, right)) changed.add(keyOf(left))
      before.advance()
      after.advance()
    } else if (left !== undefined && takes(left, inAfter)) {
      before.advance()
    } else if (right !== undefined && takes(right, inBefore)) {
      after.advance()
    } else {
      if (left !== undefined) inBefore.set(keyOf(left), kept(left))
      if (right !== undefined) inAfter.set(keyOf(right), kept(right))
      before.advance()
      after.advance()
    }
  }
}

/** Walks to the end, and lets others run at each pause. */
const walked = <A>(
  before: StoredRecords<A>,
  after: StoredRecords<A>,
  kind: Kind<A>,
  most: number,
): Effect.Effect<Differing | undefined, StoreError> =>
  Effect.suspend(() => {
    const walk = walkTogether(before, after, kind, most)
    const go: Effect.Effect<Differing | undefined, StoreError> = Effect.flatMap(
      tryStep(() => walk.next()),
      (step) => (step.done === true ? Effect.succeed(step.value) : Effect.andThen(Effect.yieldNow, go)),
    )
    return Effect.flatMap(
      tryStep(() => before.isPlain && after.isPlain),
      (arePlain) => (arePlain ? go : Effect.undefined),
    )
  })
