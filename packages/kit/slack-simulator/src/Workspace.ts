// What the simulator asks of a workspace, seeded or hand-made: records by position, as JSON text, made when asked for.
// No workspace needs to hold its members as objects.

/** What the calling token may see of a member. */
export interface Viewer {
  /** Scope users:read.email. */
  readonly email: boolean
  /** A user token of an admin: it alone sees `has_2fa`. */
  readonly twoFactor: boolean
  /** include_locale. */
  readonly locale: boolean
}

/** What decides who holds what. Flags that Slack leaves out are false. */
export interface MemberFacts {
  readonly isStranger: boolean
  readonly deleted: boolean
  readonly isBot: boolean
  readonly isAdmin: boolean
  readonly isOwner: boolean
  readonly isPrimaryOwner: boolean
  readonly isRestricted: boolean
  readonly isUltraRestricted: boolean
  readonly isInvited: boolean
}

/** The facts of a plain, active member. */
export const nobody: MemberFacts = {
  isStranger: false,
  deleted: false,
  isBot: false,
  isAdmin: false,
  isOwner: false,
  isPrimaryOwner: false,
  isRestricted: false,
  isUltraRestricted: false,
  isInvited: false,
}

/** What SCIM has changed about members since the start. */
export interface MemberChanges {
  /** False as long as nobody was deactivated or activated: then there is no need to ask about each member. */
  readonly areAny: () => boolean
  /** Whether users.list shows the member as deactivated by now; undefined: as it was at the start. */
  readonly isDeleted: (id: string) => boolean | undefined
  /** Whether the member lost its groups when it was deactivated. */
  readonly hasLeftGroups: (id: string) => boolean
}

/** A workspace that nothing has written to. */
export const unchanged: MemberChanges = { areAny: () => false, isDeleted: () => undefined, hasLeftGroups: () => false }

/** Whose the user token is: what it may change depends on it. */
export type Rank = "primaryOwner" | "owner" | "admin"

/** Which optional parts of a user group a call asked for. */
export interface GroupParts {
  readonly users: boolean
  readonly count: boolean
}

/** A person or bot that a token acts for. */
export interface Actor {
  readonly userId: string
  readonly name: string
  readonly botId?: string
}

export interface Workspace {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string }
  /** The `team` object of team.info, and the `icon` in it, as JSON. */
  readonly teamJson: string
  readonly iconJson: string
  readonly bot: Actor
  /** A person of a rank; where there is none, somebody else. */
  readonly leader: (rank: Rank) => Actor
  /** Members of users.list, Slackbot included. */
  readonly memberCount: number
  readonly memberId: (position: number) => string
  readonly memberJson: (position: number, viewer: Viewer) => string
  readonly memberFacts: (position: number) => MemberFacts
  readonly memberPosition: (id: string) => number | undefined
  /** Whose address it is, deactivated members included. */
  readonly memberPositionByEmail: (email: string) => number | undefined
  readonly groupCount: number
  readonly groupId: (position: number) => string
  readonly groupJson: (position: number, parts: GroupParts) => string
  readonly groupMembers: (position: number) => ReadonlyArray<string>
  readonly groupIsDisabled: (position: number) => boolean
  readonly groupPosition: (id: string) => number | undefined
  /** The `bot` object of bots.info, as JSON. */
  readonly botJson: (botId: string) => string | undefined
}
