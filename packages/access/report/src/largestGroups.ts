// The largest groups, and of how many of their members a report can say that they are in them.
import type { AccessReader } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Knowledge } from "./knowledge.ts"
import { figureOf } from "./knowledge.ts"
import type { Figure, ReportedGroup } from "./Report.ts"

/** Groups that a report names. */
const mostGroups = 2_000
/** Members of one group that are listed. */
const mostMembers = 50_000
/** Memberships that are listed of all groups: a page takes about four bytes for each. */
const mostMemberships = 500_000

/** How many groups there are, and the largest of them, the largest first. */
export const largestGroups = Effect.fnUntraced(function* (
  access: AccessReader,
  knowledge: Knowledge,
  parents: ReadonlySet<string>,
): Effect.fn.Return<{ readonly count: Figure; readonly groups: ReadonlyArray<ReportedGroup> }, StoreError> {
  const types = [...knowledge.types].filter(([, { isGroup }]) => isGroup).map(([id]) => id)
  const all = Stream.fromIterable(types).pipe(
    Stream.flatMap((resourceType) => access.resources({ resourceType }, { withMembers: true })),
    Stream.filter(({ id }) => !parents.has(formatResourceId(id))),
  )
  let count = 0
  let largest: ReadonlyArray<ReportedGroup> = []
  yield* Stream.runForEachArray(Stream.rechunk(all, 1024), (some) =>
    Effect.sync(() => {
      count += some.length
      const found = some.map(({ id, displayName, type, members = 0 }): ReportedGroup => ({
        id,
        name: displayName,
        typeName: type.displayName,
        members: figureOf(members, knowledge.lackOfGrants([id.resourceType])),
        listed: 0,
      }))
      largest = [...largest, ...found].toSorted((a, b) => b.members.seen - a.members.seen).slice(0, mostGroups)
    }),
  )
  return { count: figureOf(count, groupsLack(knowledge, types, parents)), groups: withListed(largest) }
})

/** A type whose resources all are what accounts belong to, such as workspaces, is no type of groups. */
const groupsLack = ({ lackOf, unlisted }: Knowledge, types: ReadonlyArray<string>, parents: ReadonlySet<string>) => {
  const own = types.filter((type) => ![...parents].some((parent) => parent.startsWith(`${type}:`)))
  return own.length === 0 ? "The sync lists no type of groups." : lackOf([...own, ...unlisted])
}

/** The groups, each with how many of its members are listed. */
export const withListed = (groups: ReadonlyArray<ReportedGroup>): ReadonlyArray<ReportedGroup> => {
  let left = mostMemberships
  return groups.map((group) => {
    const listed = Math.min(group.members.seen, mostMembers, left)
    left -= listed
    return { ...group, listed }
  })
}
