// The groups of /Groups as SCIM writes have left them. A group's members are copied when it is first written to; all
// others stay functions of the start.
import type { Reference, ScimDirectory } from "../ScimDirectory.ts"
import { locationOf, resourceIn, type ScimVersion, urns } from "../schemas.ts"
import type { Accounts } from "./Accounts.ts"

export interface Groups {
  /** In the order of /Groups: what was created since the start stands first, newest first. */
  readonly ids: () => ReadonlyArray<string>
  readonly has: (id: string) => boolean
  readonly name: (id: string) => string
  readonly members: (id: string) => ReadonlyArray<string>
  readonly json: (id: string, version: ScimVersion) => string
  /** The groups that an account's resource shows. */
  readonly ofAccount: (id: string) => ReadonlyArray<Reference>
  readonly change: (id: string, change: { readonly displayName?: string; readonly members?: Iterable<string> }) => void
  /** Creates a group and gives its id. */
  readonly create: (displayName: string, members: Iterable<string>, created: string) => string
  /** For good. */
  readonly delete: (id: string) => void
  /** Takes an account out of every group. */
  readonly removeEverywhere: (account: string) => void
}

interface WrittenGroup {
  readonly displayName: string
  readonly members: ReadonlySet<string>
  /** When it was created, for those that SCIM created. */
  readonly created?: string
}

/** The groups of one simulator. */
export const makeGroups = (directory: ScimDirectory, accounts: Accounts): Groups => {
  const written = new Map<string, WrittenGroup>()
  const created: Array<string> = []
  const deleted = new Set<string>()

  const has = (id: string) => !deleted.has(id) && (written.has(id) || directory.groupPosition(id) !== undefined)
  const name = (id: string): string => {
    const position = directory.groupPosition(id)
    return written.get(id)?.displayName ?? (position === undefined ? "" : directory.groupName(position))
  }
  const members = (id: string): ReadonlyArray<string> => {
    const group = written.get(id)
    if (group !== undefined) return [...group.members]
    return directory.groupMembers(directory.groupPosition(id)!).filter((member) => !accounts.hasLeftGroups(member))
  }
  const createdJson = (id: string, version: ScimVersion, group: WrittenGroup): string =>
    JSON.stringify(
      resourceIn(version, {
        schemas: [urns.v2.group],
        id,
        meta: { created: group.created ?? "", location: locationOf("v2", "Groups", id) },
        displayName: group.displayName,
        members: [...group.members].map((value) => ({ value, display: accounts.find(value)?.displayName ?? "" })),
      }),
    )

  return {
    ids: () => {
      const first = Array.from({ length: directory.groupCount }, (_, position) => directory.groupId(position))
      const all = [...created.toReversed(), ...first]
      return deleted.size === 0 ? all : all.filter((id) => !deleted.has(id))
    },
    has,
    name,
    members,
    json: (id, version) => {
      const position = directory.groupPosition(id)
      if (position === undefined) return createdJson(id, version, written.get(id)!)
      return directory.groupJson(position, version, { displayName: name(id), members: members(id) })
    },
    ofAccount: (id) => {
      const first = accounts.firstGroups(id).filter((group) => !deleted.has(group) && !written.has(group))
      const since = [...written].flatMap(([group, state]) => (state.members.has(id) ? [group] : []))
      return [...first, ...since].map((value) => ({ value, display: name(value) }))
    },
    change: (id, change) => {
      const before = written.get(id)
      written.set(id, {
        displayName: change.displayName ?? name(id),
        members: new Set(change.members ?? members(id)),
        ...(before?.created === undefined ? {} : { created: before.created }),
      })
    },
    create: (displayName, list, at) => {
      const id = directory.newGroupId(created.length)
      created.push(id)
      written.set(id, { displayName, members: new Set(list), created: at })
      return id
    },
    delete: (id) => {
      deleted.add(id)
      written.delete(id)
    },
    removeEverywhere: (account) => {
      for (const [id, group] of written) {
        if (!group.members.has(account)) continue
        written.set(id, { ...group, members: new Set([...group.members].filter((member) => member !== account)) })
      }
    },
  }
}
