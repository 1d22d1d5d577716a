// What SCIM holds at the moment, after all writes: who is active, and who is in which group.
import type { SimulatorSettings } from "./SimulatorOptions.ts"
import type { World } from "./world.ts"

/** One account or one group. `active` is the truth, which the lists may show only later. */
export type StateEntry =
  | { readonly account: string; readonly active: boolean }
  | { readonly group: string; readonly displayName: string; readonly members: ReadonlyArray<string> }

/** Every account, then every group, in the order of SCIM's lists; nothing on Pro, which has none. */
export function* stateEntries({ accounts, groups }: World, { plan }: SimulatorSettings): Generator<StateEntry> {
  if (plan === "pro") return
  for (let position = 0; position < accounts.count(); position++) {
    const id = accounts.idAt(position)
    yield { account: id, active: accounts.find(id)?.facts.deleted === false }
  }
  for (const id of groups.ids()) yield { group: id, displayName: groups.name(id), members: groups.members(id) }
}
