// What the simulator asks of the SCIM side of a workspace as it was at the start, seeded or hand-made: accounts and groups
// by position, as JSON text, made when asked for. What SCIM has written since stands in `writes/`.
import type { MemberFacts } from "../Workspace.ts"
import type { ScimVersion } from "./schemas.ts"

/** What filters and rules ask about an account. */
export interface ScimAccount {
  readonly id: string
  readonly userName: string
  readonly displayName: string
  /** The primary address; may be empty. */
  readonly email: string
  readonly facts: MemberFacts
}

/** One element of `members` of a group, or of `groups` of an account. */
export interface Reference {
  readonly value: string
  readonly display: string
}

/** What writes may have changed about an account or a group. */
export interface AccountState {
  readonly active: boolean
  readonly groups: ReadonlyArray<Reference>
}
export interface GroupState {
  readonly displayName: string
  readonly members: ReadonlyArray<string>
}

export interface ScimDirectory {
  /** Accounts that /Users lists: neither Slackbot nor strangers, but perhaps some whom users.list does not know. */
  readonly accountCount: number
  readonly accountId: (position: number) => string
  readonly accountPosition: (id: string) => number | undefined
  readonly account: (position: number) => ScimAccount
  readonly accountIsActive: (position: number) => boolean
  readonly accountJson: (position: number, version: ScimVersion, state: AccountState) => string
  /** Ids of the groups that the account's resource shows. */
  readonly accountGroups: (position: number) => ReadonlyArray<string>
  readonly groupCount: number
  readonly groupId: (position: number) => string
  readonly groupPosition: (id: string) => number | undefined
  readonly groupName: (position: number) => string
  readonly groupMembers: (position: number) => ReadonlyArray<string>
  readonly groupJson: (position: number, version: ScimVersion, state: GroupState) => string
  /** Ids for what is created: the first one is 0. No id of the start is among them. */
  readonly newAccountId: (count: number) => string
  readonly newGroupId: (count: number) => string
}
