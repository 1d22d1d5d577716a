// What whoever starts a campaign is told and evidence keeps: accounts of unknown kind, which the scopes of guests and bots leave out, and
// patterns that no entitlement fits.
import type { AccessReader } from "@rollcall/access"
import { entitlementsLike, unknownWord } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Scope } from "./Scope.ts"
import { scopesByKind } from "./Scope.ts"

/** Accounts that are named. */
const mostNamed = 20

/** A sentence about them where a scope goes by kinds and there are any; those in use are named first. */
export const unknownKinds = Effect.fnUntraced(function* (
  access: AccessReader,
  scopes: ReadonlyArray<Scope>,
): Effect.fn.Return<ReadonlyArray<string>, StoreError> {
  const byKind = scopes.filter(({ text }) => scopesByKind.has(text)).map(({ text }) => text)
  if (byKind.length === 0) return []
  const inUse: Array<string> = []
  const others: Array<string> = []
  let count = 0
  let countInUse = 0
  for (const resourceType of access.accountTypes) {
    yield* Stream.runForEach(
      access.resources({ resourceType }, { kind: [unknownWord] }),
      ({ id, displayName, facts }) =>
        Effect.sync(() => {
          const { status } = facts()
          const isOff = status === "disabled" || status === "deleted"
          count += 1
          if (!isOff) countInUse += 1
          const named = isOff ? others : inUse
          if (named.length < mostNamed) named.push(`${displayName} (${id.resource})`)
        }),
    )
  }
  if (count === 0) return []
  const named = [...inUse, ...others].slice(0, mostNamed)
  const more = count > named.length ? ` and ${count - named.length} more` : ""
  const what = count === 1 ? "1 account is" : `${count} accounts are`
  const holds = count === 1 ? "it holds" : "they hold"
  return [
    `${what} of unknown kind, ${countInUse} of them in use, so the scope ${byKind.join(" and ")} leaves out what ${holds}: ${named.join(", ")}${more}.`,
  ]
})

/** A sentence for each pattern of privileged entitlements that none of the sync fits. */
export const unmatchedPatterns = Effect.fnUntraced(function* (
  access: AccessReader,
  patterns: ReadonlyArray<string>,
): Effect.fn.Return<ReadonlyArray<string>, StoreError> {
  const unmatched = new Map(patterns.map((pattern) => [pattern, entitlementsLike([pattern])]))
  if (unmatched.size === 0) return []
  yield* Stream.runForEach(access.entitlements(), ({ id }) =>
    Effect.sync(() => {
      for (const [pattern, fits] of unmatched) if (fits(id)) unmatched.delete(pattern)
    }),
  )
  return [...unmatched.keys()].map((pattern) => `--privileged ${pattern} fits no entitlement of the sync.`)
})
