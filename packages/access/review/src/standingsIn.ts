// How items stand in a newer sync. It must be a full sync of the same workspace; what it could not see is not known, and not gone.
import type { AccessReader } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { ReadSync, Standing } from "./CampaignEvent.ts"
import type { Item } from "./Item.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"

/** An item in a newer sync. */
export interface FoundItem {
  readonly standing: Standing
  /** What changed about the account since the freeze, in words. */
  readonly changed: ReadonlyArray<string>
}

/** Fails unless the sync is a full one of the same workspace that began after the instant. */
export const refuseOtherSync = (
  access: AccessReader,
  newer: ReadSync,
  frozen: ReadSync,
  after: { readonly instant: string; readonly what: string },
): Effect.Effect<void, ReviewError> => {
  const { file, workspace } = newer
  if (workspace?.id !== frozen.workspace?.id) {
    const whose = workspace === null ? "of an unknown workspace" : `of ${workspace.name} (${workspace.id})`
    return refuse(
      "Unusable",
      `${file.name} is ${whose}, and the campaign is not.`,
      "Name a sync of the same workspace.",
    )
  }
  if (access.sync?.type !== "full") {
    return refuse(
      "Unusable",
      `The sync of ${file.name} is not a full one.`,
      "Run `rollcall sync` without narrowing it.",
    )
  }
  return Date.parse(newer.startedAt) > Date.parse(after.instant)
    ? Effect.void
    : refuse("OutOfOrder", `The sync of ${file.name} began before ${after.what}.`, "Run `rollcall sync` again.")
}

/** Finds the items in the sync, by id; those that are to go with their account (`disabled`) stand as the account does. */
export const standingsIn = Effect.fnUntraced(function* (
  access: AccessReader,
  items: ReadonlyArray<Item>,
  disabled: (item: number) => boolean,
): Effect.fn.Return<ReadonlyMap<number, FoundItem>, StoreError> {
  const holders = yield* holdersOf(access, items)
  const coverage = yield* access.coverage
  const isWhole = (type: string) =>
    coverage.some(({ resourceType, state }) => resourceType === type && state === "complete")
  const found = new Map<number, FoundItem>()
  for (const item of items) {
    const account = yield* access.resource({ resourceType: item.account.type, resource: item.account.id })
    const resource = yield* access.resource({ resourceType: item.resource.type, resource: item.resource.id })
    const held = holders.get(item.entitlement.id)?.get(accountKey(item))
    const facts = account === undefined ? undefined : yield* access.attributes(account)
    const isOff = facts?.status === "disabled" || facts?.status === "deleted"
    const wasOff = item.account.status === "disabled" || item.account.status === "deleted"
    const standing = (): Standing => {
      if (account !== undefined && disabled(item.item)) return isOff ? "goneWithAccount" : "there"
      if (held !== undefined) return held ? "there" : "inherited"
      if (account === undefined) return isWhole(item.account.type) ? "goneWithAccount" : "notKnown"
      if (resource === undefined) return isWhole(item.resource.type) ? "goneWithResource" : "notKnown"
      if (isOff && !wasOff) return "goneWithAccount"
      return isWhole(item.resource.type) ? "gone" : "notKnown"
    }
    const changed =
      facts === undefined
        ? []
        : [
            ...changeOf("status", item.account.status, facts.status),
            ...changeOf("kind", item.account.kind, facts.kind),
            ...(facts.privileged.length > 0 && !item.account.privileged ? ["it holds a privileged role now"] : []),
          ]
    found.set(item.item, { standing: standing(), changed })
  }
  return found
})

/** A change counts where both sides are known. */
const changeOf = (what: string, before: string | null, now: string | undefined): ReadonlyArray<string> =>
  before === null || now === undefined || before === now ? [] : [`its ${what} was ${before} and is ${now}`]

const accountKey = ({ account }: Item): string => formatResourceId({ resourceType: account.type, resource: account.id })

/** Who holds the entitlements of the items now, and whether directly; only of the accounts that the items name. */
const holdersOf = Effect.fnUntraced(function* (access: AccessReader, items: ReadonlyArray<Item>) {
  const wanted = new Map<string, Set<string>>()
  for (const item of items) {
    const accounts = wanted.get(item.entitlement.id) ?? new Set()
    wanted.set(item.entitlement.id, accounts.add(accountKey(item)))
  }
  const holders = new Map<string, Map<string, boolean>>()
  for (const [entitlement, accounts] of wanted) {
    const held = new Map<string, boolean>()
    yield* Stream.runForEach(access.grants({ entitlement }), ({ principal, reason }) =>
      Effect.sync(() => {
        const key = formatResourceId(principal.id)
        if (accounts.has(key)) held.set(key, reason.direct || held.get(key) === true)
      }),
    )
    holders.set(entitlement, held)
  }
  return holders
})
