// The `scim` part of a hand-made workspace: its resources as they stand in the words of SCIM v2, until a write changes them.
import type { MemberFacts } from "../Workspace.ts"
import { type JsonObject, objectsIn, textOf } from "../scim/json.ts"
import type { Reference, ScimDirectory } from "../scim/ScimDirectory.ts"
import { primaryEmail, resourceIn, valuesIn } from "../scim/schemas.ts"
import { memberFactsOf, positionsOf } from "./fileWorkspace.ts"
import type { WorkspaceFile } from "./WorkspaceFile.ts"

const same = (some: ReadonlyArray<string>, others: ReadonlyArray<string>): boolean =>
  some.length === others.length && some.every((value, position) => value === others[position])

/** The list with these values: elements of the file where it has them, as they stand. */
const referencesTo = (list: unknown, references: ReadonlyArray<Reference>): ReadonlyArray<JsonObject> =>
  references.map(
    ({ value, display }) => objectsIn(list).find((element) => element["value"] === value) ?? { value, display },
  )

/** Serves the `scim` part of a decoded workspace file; without one there are no accounts and no groups. */
export const fileDirectory = ({ users: members, scim }: WorkspaceFile): ScimDirectory => {
  const accounts = scim?.users ?? []
  const groups = scim?.groups ?? []
  const [accountPositions, groupPositions] = [positionsOf(accounts), positionsOf(groups)]
  const memberPositions = positionsOf(members)

  const isActive = (account: JsonObject) => account["active"] !== false
  /** What users.list says of the account, but for whether it is active. */
  const factsOf = (account: (typeof accounts)[number]): MemberFacts => ({
    ...memberFactsOf(members[memberPositions.get(account.id) ?? -1] ?? {}),
    deleted: !isActive(account),
  })
  const displayOf = (id: string): string => textOf(accounts[accountPositions.get(id) ?? -1]?.["displayName"])
  const nameOf = (position: number): string => textOf(groups[position]!["displayName"])

  return {
    accountCount: accounts.length,
    accountId: (position) => accounts[position]!.id,
    accountPosition: (id) => accountPositions.get(id),
    account: (position) => {
      const account = accounts[position]!
      return {
        id: account.id,
        userName: textOf(account["userName"]),
        displayName: textOf(account["displayName"]),
        email: primaryEmail(account),
        facts: factsOf(account),
      }
    },
    accountIsActive: (position) => isActive(accounts[position]!),
    accountJson: (position, version, state) => {
      const account = accounts[position]!
      const isUntouched = same(
        valuesIn(account["groups"]),
        state.groups.map(({ value }) => value),
      )
      const shown = {
        ...account,
        ...(isActive(account) === state.active ? {} : { active: state.active }),
        ...(isUntouched ? {} : { groups: referencesTo(account["groups"], state.groups) }),
      }
      return JSON.stringify(resourceIn(version, shown))
    },
    accountGroups: (position) => valuesIn(accounts[position]!["groups"]),
    groupCount: groups.length,
    groupId: (position) => groups[position]!.id,
    groupPosition: (id) => groupPositions.get(id),
    groupName: nameOf,
    groupMembers: (position) => valuesIn(groups[position]!["members"]),
    groupJson: (position, version, { displayName, members: shownMembers }) => {
      const group = groups[position]!
      const references = shownMembers.map((value) => ({ value, display: displayOf(value) }))
      const shown = {
        ...group,
        ...(nameOf(position) === displayName ? {} : { displayName }),
        ...(same(valuesIn(group["members"]), shownMembers)
          ? {}
          : { members: referencesTo(group["members"], references) }),
      }
      return JSON.stringify(resourceIn(version, shown))
    },
    newAccountId: (count) => `U0CREATED${count}`,
    newGroupId: (count) => `S0CREATED${count}`,
  }
}
