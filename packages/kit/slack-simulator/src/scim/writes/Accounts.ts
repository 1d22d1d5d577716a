// The accounts of /Users as SCIM writes have left them: a small overlay over those of the start. `active` is true or false
// at once where rules ask for it, and shows in replies only after a while, as at Slack.
import { type MemberChanges, nobody } from "../../Workspace.ts"
import { type JsonObject, objectOf, textOf } from "../json.ts"
import type { Reference, ScimAccount, ScimDirectory } from "../ScimDirectory.ts"
import { primaryEmail, resourceIn, type ScimVersion } from "../schemas.ts"

export interface Accounts extends MemberChanges {
  /** Accounts in the order of /Users: what was created since the start stands first, newest first. */
  readonly count: () => number
  readonly idAt: (position: number) => string
  /** The account as it is now; `facts.deleted` is the truth, not what shows. */
  readonly find: (id: string) => ScimAccount | undefined
  readonly json: (id: string, version: ScimVersion, groups: ReadonlyArray<Reference>) => string
  /** Ids of the groups of the start that the account still shows. */
  readonly firstGroups: (id: string) => ReadonlyArray<string>
  /** Whether /Users shows the account as active. */
  readonly showsActive: (id: string) => boolean
  readonly setActive: (id: string, active: boolean, now: number) => void
  /** The resource in the words of v2; what PATCH changes. */
  readonly resource: (id: string) => JsonObject
  readonly setResource: (id: string, resource: JsonObject) => void
  /** Creates an account that is active at once, and gives its id. */
  readonly create: (resourceOf: (id: string) => JsonObject) => string
  /** Ids of created accounts, oldest first. */
  readonly created: () => ReadonlyArray<string>
  /** Lets show what was to show by now. */
  readonly settle: (now: number) => void
}

interface Activity {
  readonly active: boolean
  readonly shown: boolean
  readonly showsAt: number
}

/** The accounts of one simulator. `delayMillis` is how long a change of `active` takes to show. */
export const makeAccounts = (directory: ScimDirectory, delayMillis: number): Accounts => {
  const resources = new Map<string, JsonObject>()
  const created: Array<string> = []
  const activities = new Map<string, Activity>()
  const unsettled = new Set<string>()
  const left = new Set<string>()

  const atStart = (id: string): ScimAccount | undefined => {
    const position = directory.accountPosition(id)
    return position === undefined ? undefined : directory.account(position)
  }
  const find = (id: string): ScimAccount | undefined => {
    const resource = resources.get(id)
    const first = atStart(id)
    const facts = first?.facts ?? nobody
    const deleted = !(activities.get(id)?.active ?? !facts.deleted)
    if (resource === undefined) return first === undefined ? undefined : { ...first, facts: { ...facts, deleted } }
    const { userName, displayName } = resource
    return {
      id,
      userName: textOf(userName),
      displayName: textOf(displayName),
      email: primaryEmail(resource),
      facts: { ...facts, deleted },
    }
  }
  const showsActive = (id: string): boolean => {
    const shown = activities.get(id)?.shown
    if (shown !== undefined) return shown
    const position = directory.accountPosition(id)
    return position === undefined || directory.accountIsActive(position)
  }

  return {
    areAny: () => activities.size > 0,
    isDeleted: (id) => {
      const shown = activities.get(id)?.shown
      return shown === undefined ? undefined : !shown
    },
    hasLeftGroups: (id) => left.has(id),
    count: () => created.length + directory.accountCount,
    idAt: (position) =>
      position < created.length
        ? created[created.length - 1 - position]!
        : directory.accountId(position - created.length),
    find,
    json: (id, version, groups) => {
      const resource = resources.get(id)
      const state = { active: showsActive(id), groups }
      if (resource !== undefined) {
        const shown = {
          ...resource,
          active: state.active,
          groups: groups.map(({ value, display }) => ({ value, display })),
        }
        return JSON.stringify(resourceIn(version, shown))
      }
      return directory.accountJson(directory.accountPosition(id)!, version, state)
    },
    firstGroups: (id) => {
      const position = left.has(id) ? undefined : directory.accountPosition(id)
      return position === undefined ? [] : directory.accountGroups(position)
    },
    showsActive,
    setActive: (id, active, now) => {
      const shown = delayMillis === 0 ? active : showsActive(id)
      activities.set(id, { active, shown, showsAt: now + delayMillis })
      unsettled.add(id)
      if (!active) left.add(id)
    },
    resource: (id) => {
      const resource = resources.get(id)
      if (resource !== undefined) return resource
      const json = directory.accountJson(directory.accountPosition(id)!, "v2", { active: showsActive(id), groups: [] })
      return objectOf(JSON.parse(json))
    },
    setResource: (id, resource) => {
      resources.set(id, resource)
    },
    create: (resourceOf) => {
      const id = directory.newAccountId(created.length)
      created.push(id)
      resources.set(id, resourceOf(id))
      return id
    },
    created: () => created,
    settle: (now) => {
      for (const id of unsettled) {
        const activity = activities.get(id)!
        if (activity.showsAt > now) continue
        activities.set(id, { ...activity, shown: activity.active })
        unsettled.delete(id)
      }
    },
  }
}
