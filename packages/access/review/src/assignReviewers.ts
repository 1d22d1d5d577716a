// Who reviews an item: the manager of its account, the first line that fits, the fallback; never the account itself.
import type { AccessReader, AccountAttributes, ListedGrant, NamedResource } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { Reviewer } from "./CampaignEvent.ts"
import type { ReviewerLine } from "./Reviewers.ts"
import { foldAddress } from "./Reviewers.ts"
import { ReviewError } from "./ReviewError.ts"
import { readScopes } from "./Scope.ts"

/** Who is to review. */
export interface Reviewing {
  readonly lines: ReadonlyArray<ReviewerLine>
  readonly fallback?: string | undefined
  readonly byManager: boolean
  /** The most items that it may be; a smaller bound is for tests. */
  readonly mostItems?: number | undefined
}

/** Accounts and resources of which what was read is kept, as grants of one come near each other. */
const kept = 10_000
/** An account with every address under which it may review. */
export interface ReviewedAccount extends AccountAttributes {
  readonly emails: ReadonlyArray<string>
  readonly manager: string | undefined
}

/** What is known of an account; that of the last ones is kept. */
export const accountsOf = (access: AccessReader) =>
  Effect.sync(() => {
    const known = new Map<string, ReviewedAccount>()
    return Effect.fnUntraced(function* (principal: NamedResource) {
      const key = formatResourceId(principal.id)
      const found = known.get(key)
      if (found !== undefined) return found
      const attributes = yield* access.attributes(principal)
      const { account, profile } = principal.facts()
      const manager = profile?.["manager_id"]
      const read: ReviewedAccount = {
        ...attributes,
        emails: account?.emails ?? [],
        manager: typeof manager === "string" && manager !== "" ? manager : undefined,
      }
      keepIn(known, key, read)
      return read
    })
  })

/** Finds the reviewer of an item: its manager, the first line that fits, the fallback; never the account itself. */
export const assignment = Effect.fnUntraced(function* (
  access: AccessReader,
  { lines, fallback, byManager }: Reviewing,
  accountOf: (principal: NamedResource) => Effect.Effect<ReviewedAccount, StoreError>,
) {
  const scopes = yield* Effect.forEach(lines, ({ scope, place }) =>
    Effect.map(Effect.mapError(readScopes(access, [scope]), inLine(place)), ([read]) => read),
  )
  const last: ReadonlyArray<Reviewer> =
    fallback === undefined ? [] : [{ email: foldAddress(fallback), name: "", role: "" }]
  const managerOf = Effect.fnUntraced(function* (principal: NamedResource, account: ReviewedAccount) {
    if (!byManager || account.manager === undefined) return []
    const manager = yield* access.resource({ resourceType: principal.id.resourceType, resource: account.manager })
    const email = manager === undefined ? undefined : (yield* accountOf(manager)).email
    return email === undefined ? [] : [{ email: foldAddress(email), name: manager?.displayName ?? "", role: "manager" }]
  })
  return Effect.fnUntraced(function* (reviewed: {
    readonly grant: ListedGrant
    readonly account: ReviewedAccount
    readonly privileged: boolean
  }) {
    const { principal } = reviewed.grant
    const own = new Set([...reviewed.account.emails.map(foldAddress), principal.id.resource.toLowerCase()])
    const managers = yield* managerOf(principal, reviewed.account)
    const fitting = lines.filter((_, at) => scopes[at]?.covers(reviewed) === true)
    return [...managers, ...fitting, ...last].find(({ email }) => !own.has(email))
  })
})

/** The same error, with the line that it is about. */
const inLine =
  (place: string) =>
  <E extends ReviewError | StoreError>(error: E): E | ReviewError =>
    error._tag === "StoreError"
      ? error
      : new ReviewError({ reason: error.reason, message: `${place}: ${error.message}`, hint: error.hint, cause: error })

/** Pairs of reviewers who each review something that the other holds. */
export const mutualOf = (reviewedBy: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyArray<ReadonlyArray<string>> =>
  [...reviewedBy].flatMap(([a, accounts]) =>
    [...accounts].filter((b) => a < b && reviewedBy.get(b)?.has(a) === true).map((b) => [a, b]),
  )

/** Keeps a value for later, within bounds. */
export const keepIn = <A>(known: Map<string, A>, key: string, value: A): void => {
  if (known.size >= kept) known.clear()
  known.set(key, value)
}
