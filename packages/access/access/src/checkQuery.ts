// Whether a query can be answered from a sync. What was not read of an account is unknown, so a list of those who lack something
// would be wrong without it: the query is refused, or what it leaves out is said.
import type { ResourceQuery } from "@rollcall/c1z"
import { adminWord, needsKinds, unknownWord } from "@rollcall/c1z"
import type { ResourceStatus, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { AccessReader } from "./AccessReader.ts"
import { NotKnown, suggestion, UnknownName } from "./UnknownName.ts"

const statuses: ReadonlyArray<ResourceStatus> = ["enabled", "disabled", "deleted"]

/** Kinds of which some connector speaks: a word that is none of them is a typing mistake. */
const kindWords: ReadonlyArray<string> = ["member", "guest", "bot", "invited", "human", "service", "system", adminWord]

/** What only accounts can be sorted by. */
const ofAccounts: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["email", ["an e-mail address"]],
  ["kind", ["a kind"]],
  ["mfa", ["a second factor"]],
])

/**
 * What is to be said of the records that the query leaves out as nothing is known of them, a sentence each. It fails with
 * `UnknownName` for a word that no attribute has, and with `NotKnown` where the sync does not tell what is asked for.
 * @param resourceType The type that the list is narrowed to.
 */
export const checkQuery = Effect.fn("Access.checkQuery")(function* (
  access: AccessReader,
  query: ResourceQuery,
  resourceType?: string,
): Effect.fn.Return<ReadonlyArray<string>, StoreError | UnknownName | NotKnown> {
  const { status, kind, mfa, privileged, sort } = query
  yield* refuseWords("status", status, [...statuses, unknownWord])
  yield* refuseWords("kind", kind, [...kindWords, unknownWord])
  const asked = [
    ...(kind === undefined ? [] : ["a kind"]),
    ...(mfa === undefined ? [] : ["a second factor"]),
    ...(privileged === undefined ? [] : ["privileges"]),
    ...(sort === undefined ? [] : (ofAccounts.get(sort.by) ?? [])),
  ]
  if (resourceType !== undefined && !access.accountTypes.has(resourceType) && asked.length > 0) {
    return yield* new UnknownName({
      message: `Resources of the type ${resourceType} are not accounts, and only accounts have ${asked.join(" or ")}.`,
      hint: "Ask for accounts, or leave it out.",
    })
  }
  if (asked.length === 0 && status === undefined) return []
  const types = resourceType === undefined ? [...access.accountTypes] : [resourceType]
  const known = yield* access.knownAttributes(types, needsKinds(query))
  const { accounts } = known
  if (accounts === 0) return []
  const notes: Array<string> = []
  const leftOut = (count: number, of: string) => {
    if (count > 0) notes.push(`The ${of} of ${counted(count)} is not known, so the list leaves them out.`)
  }
  if (status !== undefined && !status.includes(unknownWord)) {
    if (known.status === 0) return yield* notKnown("status", yield* gapOf(access, "status"))
    leftOut(accounts - known.status, "status")
  }
  if (privileged === true || kind?.includes(adminWord) === true) yield* checkPrivileges(access, known.kind)
  const kinds = kind?.filter((it) => it !== adminWord) ?? []
  if (kinds.length > 0 && !kinds.includes(unknownWord)) {
    if (known.kind === 0) return yield* notKnown("kind", yield* gapOf(access, "kind"))
    yield* checkKinds(access, kinds)
    leftOut(accounts - known.kind, "kind")
  }
  if (mfa !== undefined) {
    if (!access.meanings.tells("mfa")) return yield* notKnown("second factor", yield* gapOf(access, "mfa"))
    leftOut(accounts - known.mfa, "second factor")
  }
  return notes
})

const counted = (accounts: number): string => `${accounts.toLocaleString("en")} account${accounts === 1 ? "" : "s"}`

const refuseWords = (
  attribute: string,
  words: ReadonlyArray<string> | undefined,
  known: ReadonlyArray<string>,
): Effect.Effect<void, UnknownName> => {
  const wrong = words?.find((word) => !known.includes(word))
  if (wrong === undefined) return Effect.void
  const meant = suggestion(wrong, known)
  return Effect.fail(
    new UnknownName({
      message: `No account has the ${attribute} "${wrong}".${meant === "" ? "" : ` ${meant}`}`,
      hint: `There are ${known.join(", ")}.`,
    }),
  )
}

/** A kind that no account of the file can have, as its connector does not speak of it. */
const checkKinds = ({ meanings }: AccessReader, kinds: ReadonlyArray<string>): Effect.Effect<void, NotKnown> => {
  const strange = kinds.find((kind) => !meanings.kinds.some((known) => known === kind))
  return strange === undefined
    ? Effect.void
    : Effect.fail(
        new NotKnown({
          message: `What makes an account of this file a ${strange} is not known: it has accounts of the kinds ${meanings.kinds.join(", ")}.`,
          hint: "Ask for one of these.",
        }),
      )
}

const checkPrivileges = ({ meanings }: AccessReader, accountsOfKnownKind: number): Effect.Effect<void, NotKnown> => {
  if (!meanings.declarePrivileged) {
    return Effect.fail(
      new NotKnown({
        message: "Which entitlements of this file are privileged is not known.",
        hint: "Name them by a pattern of their ids, such as 'role:*:admin'.",
      }),
    )
  }
  // Roles tell kinds and privileges alike.
  return meanings.declareKinds && accountsOfKnownKind === 0 ? notKnown("kind", undefined) : Effect.void
}

const gapOf = (access: AccessReader, attribute: "status" | "kind" | "mfa") =>
  Effect.map(access.coverage, (coverage) =>
    coverage.flatMap(({ gaps }) => gaps).find(({ attributes }) => attributes?.includes(attribute) === true),
  )

const notKnown = (what: string, gap: { readonly explanation: string } | undefined): Effect.Effect<never, NotKnown> =>
  Effect.fail(
    new NotKnown({
      message: `The ${what} of accounts is not known in this sync, so none can be listed by it.`,
      hint: gap?.explanation ?? "The sync did not read it, or the file does not say whether it did.",
    }),
  )
