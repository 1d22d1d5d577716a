// What earlier syncs tell of items: whether they were there. They are copies in an archive, or the file of an earlier campaign. What
// a sync could not see it does not tell.
import type { AccessOptions, UnknownName } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import type { ArchivedSync } from "@rollcall/archive"
import { listArchive } from "@rollcall/archive"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { ReadSync } from "./CampaignEvent.ts"
import type { Item } from "./Item.ts"

/** How files are read. */
export type Reading = Omit<AccessOptions, "syncId">

/** The full syncs of the workspace in an archive that ended before this one did; the newest first. */
export const syncsBefore = Effect.fnUntraced(function* (
  archive: string,
  { workspace, syncId, endedAt }: ReadSync,
): Effect.fn.Return<ReadonlyArray<ArchivedSync>, StoreError> {
  const copies = yield* listArchive(archive)
  return copies
    .filter(
      (copy) =>
        copy.type === "full" &&
        copy.id !== syncId &&
        (copy.summary?.workspace.id ?? copy.workspaceFolder) === workspace?.id &&
        Date.parse(copy.endedAt) < Date.parse(endedAt),
    )
    .toReversed()
})

/** Whether the accounts of the items held them directly then; `undefined` where the sync could not see it. */
export const heldIn = Effect.fnUntraced(function* (
  { file, id }: { readonly file: string; readonly id?: string | undefined },
  items: Iterable<Item>,
  reading: Reading,
): Effect.fn.Return<ReadonlyMap<number, boolean | undefined>, StoreError | UnknownName, Scope.Scope> {
  const access = yield* openAccess(file, { ...reading, syncId: id })
  const coverage = yield* access.coverage
  const whole = new Set(coverage.filter(({ state }) => state === "complete").map(({ resourceType }) => resourceType))
  const held = new Map<number, boolean | undefined>()
  for (const { item, account, entitlement, resource } of items) {
    const holds = yield* access.holdsDirectly({ resourceType: account.type, resource: account.id }, entitlement.id)
    held.set(item, holds || (whole.has(resource.type) && whole.has(account.type) ? false : undefined))
  }
  return held
}, Effect.scoped)

/** The date of the newest of these syncs in which each item was gone; one that was there throughout is left out. */
export const goneBetween = Effect.fnUntraced(function* (
  copies: ReadonlyArray<ArchivedSync>,
  items: ReadonlyArray<Item>,
  reading: Reading,
): Effect.fn.Return<ReadonlyMap<number, string>, StoreError | UnknownName> {
  const gone = new Map<number, string>()
  const searched = new Map(items.map((item) => [item.item, item]))
  for (const copy of copies) {
    if (searched.size === 0) break
    for (const [item, held] of yield* heldIn(copy, searched.values(), reading)) {
      if (held !== false) continue
      gone.set(item, copy.endedAt.slice(0, 10))
      searched.delete(item)
    }
  }
  return gone
})
