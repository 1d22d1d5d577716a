// Adds to frozen items what came before: since when the archive shows them, whether the campaign before had them, and what was
// decided then.
import type { UnknownName } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import type { KeptFile, ReadSync } from "./CampaignEvent.ts"
import type { Reading } from "./earlierSyncs.ts"
import { firstSeen, heldIn, syncsBefore } from "./earlierSyncs.ts"
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

/** Writes the items again, with what is known; tells the file as it is then. */
export const addHistory = Effect.fnUntraced(function* (
  path: string,
  frozen: KeptFile,
  sync: ReadSync,
  { archive, previous }: Earlier,
  reading: Reading,
): Effect.fn.Return<KeptFile, ReviewError | StoreError | UnknownName, Scope.Scope> {
  if (archive === undefined && previous === undefined) return frozen
  const items = yield* readItems(path, frozen)
  const copies = archive === undefined ? [] : yield* syncsBefore(archive, sync)
  const since = yield* firstSeen(copies, items, sync, reading)
  const before = previous === undefined ? undefined : yield* inPrevious(previous, items, sync, reading)
  const writer = yield* writeItems(path, frozen.name)
  for (const item of items) {
    const then = before?.(item)
    yield* writer.write({ ...item, ...then, firstSeen: since.get(item.item) ?? null })
  }
  return yield* writer.end
})

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
