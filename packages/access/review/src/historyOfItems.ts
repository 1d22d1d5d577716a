// Adds to frozen items what came before: since when the archive shows them, whether the campaign before had them, and what was
// decided then.
import type { AccessReader, FirstSeen, GrantKey, UnknownName } from "@rollcall/access"
import { sinceWhen } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import type { Campaign } from "./Campaign.ts"
import type { EventOf, KeptFile, ReadSync } from "./CampaignEvent.ts"
import type { Reading } from "./earlierSyncs.ts"
import { heldIn, syncsBefore } from "./earlierSyncs.ts"
import type { Item } from "./Item.ts"
import { readItems, writeItems } from "./Item.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"

/** Where to look. */
export interface Earlier {
  /** The folder of an archive. */
  readonly archive?: string | undefined
  readonly previous?: Campaign | undefined
}

/** The items as they are written then, and what could not be read, a sentence each. */
type WithHistory = Pick<EventOf<"started">, "items" | "notes">

/** Writes the items again, with what is known of the time before the sync. */
export const addHistory = Effect.fnUntraced(function* (
  access: AccessReader,
  path: string,
  frozen: KeptFile,
  sync: ReadSync,
  { archive, previous }: Earlier,
  reading: Reading,
): Effect.fn.Return<WithHistory, ReviewError | StoreError | UnknownName, Scope.Scope> {
  if (archive === undefined && previous === undefined) return { items: frozen, notes: [] }
  const items = yield* readItems(path, frozen)
  const copies = archive === undefined ? [] : yield* syncsBefore(archive, sync)
  const { of, notes } = yield* sinceWhen(access, Stream.fromIterable(items.map(grantOf)), copies, reading)
  const since = yield* of(items.map(grantOf))
  const before = previous === undefined ? undefined : yield* inPrevious(previous, items, sync, reading)
  const writer = yield* writeItems(path, frozen.name)
  for (const [at, item] of items.entries()) {
    yield* writer.write({ ...item, ...before?.(item), firstSeen: dateOf(since[at], sync) })
  }
  return { items: yield* writer.end, notes }
})

const grantOf = ({ entitlement, account, resource }: Item): GrantKey => ({
  entitlement: entitlement.id,
  principal: { resourceType: account.type, resource: account.id },
  resourceType: resource.type,
})

/** The sync itself tells nothing: only one before it that lacks the grant shows that it began then. */
const dateOf = (seen: FirstSeen | undefined, { endedAt }: ReadSync): string | null =>
  seen === undefined || (seen.orBefore && seen.at === endedAt) ? null : seen.at.slice(0, 10)

/** How the campaign before saw an item; one that it left out of its scopes may still have been in its file. */
const inPrevious = Effect.fnUntraced(function* (
  { folder, started, items: itemsThen, answers }: Campaign,
  items: ReadonlyArray<Item>,
  sync: ReadSync,
  reading: Reading,
) {
  if (started.sync.workspace?.id !== sync.workspace?.id) {
    const what = `The campaign in ${folder.path} is about another workspace.`
    return yield* refuse("Unusable", what, "Name an earlier campaign about this one with --previous.")
  }
  const reviewed = new Map([...itemsThen.values()].map(({ grant, item }) => [grant, item]))
  const others = items.filter(({ grant }) => !reviewed.has(grant))
  const held = yield* heldIn({ file: folder.population, id: started.sync.syncId }, others, reading)
  return ({ item, grant }: Item): Pick<Item, "isNew" | "decidedThen"> => {
    const then = reviewed.get(grant)
    if (then !== undefined) return { isNew: false, decidedThen: answers.get(then)?.decision ?? null }
    const was = held.get(item)
    return { isNew: was === undefined ? null : !was, decidedThen: null }
  }
})
