// What Slack documents of each method that is called or can be of use to a connector: rate, paging and scopes, as data.
// No limit lives in control flow; the budgets of the client and the scopes of connectors are derived from here.
// Source: https://docs.slack.dev/reference/methods, and for tiers https://docs.slack.dev/apis/web-api/rate-limits

/** Calls per minute that each tier allows at least. `special`: "hundreds"; Slack's Java SDK counts on 600. */
export const callsPerMinuteOf = { special: 600, 1: 1, 2: 20, 3: 50, 4: 100 } as const

export type SlackTier = keyof typeof callsPerMinuteOf

export interface SlackMethod {
  readonly tier: SlackTier
  /** Scopes of which the token needs one. */
  readonly scopes: ReadonlyArray<string>
  /** Scopes that open further fields of the reply. */
  readonly extraScopes?: ReadonlyArray<string>
  /** The most records that one page may be asked for; absent where the method does not page by cursor. */
  readonly largestPage?: number
  /** Whether doing it twice is as good as once. All reads are. */
  readonly idempotent: boolean
  /** Whether a token of a whole organisation must name a workspace with `team_id`. */
  readonly takesTeam?: true
}

const conversationScopes = ["channels:read", "groups:read", "im:read", "mpim:read"] as const

const table = {
  "api.test": { tier: 4, scopes: [], idempotent: true },
  "auth.test": { tier: "special", scopes: [], idempotent: true },
  "auth.teams.list": {
    tier: 2,
    scopes: [],
    largestPage: 1000,
    idempotent: true,
  },
  "team.info": { tier: 3, scopes: ["team:read"], idempotent: true },
  "team.billing.info": { tier: 3, scopes: ["team.billing:read"], idempotent: true },
  "team.profile.get": { tier: 3, scopes: ["users.profile:read"], idempotent: true },
  "users.list": {
    tier: 2,
    scopes: ["users:read"],
    extraScopes: ["users:read.email"],
    // "Under 1000"; without a limit Slack tries to send everyone and fails for large workspaces.
    largestPage: 999,
    idempotent: true,
    takesTeam: true,
  },
  "users.info": {
    tier: 4,
    scopes: ["users:read"],
    extraScopes: ["users:read.email"],
    idempotent: true,
  },
  "users.profile.get": { tier: 4, scopes: ["users.profile:read"], idempotent: true },
  "users.lookupByEmail": { tier: 3, scopes: ["users:read.email"], idempotent: true },
  "usergroups.list": {
    tier: 2,
    scopes: ["usergroups:read"],
    idempotent: true,
    takesTeam: true,
  },
  "usergroups.users.list": {
    tier: 2,
    scopes: ["usergroups:read"],
    idempotent: true,
    takesTeam: true,
  },
  "bots.info": { tier: 3, scopes: ["users:read"], idempotent: true, takesTeam: true },
  "conversations.list": {
    tier: 2,
    scopes: conversationScopes,
    largestPage: 999,
    idempotent: true,
    takesTeam: true,
  },
  "conversations.members": {
    tier: 4,
    scopes: conversationScopes,
    largestPage: 999,
    idempotent: true,
  },
  "admin.roles.listAssignments": {
    tier: 3,
    scopes: ["admin.roles:read"],
    largestPage: 200,
    idempotent: true,
  },
  "apps.manifest.validate": { tier: 3, scopes: [], idempotent: true },
  "apps.manifest.export": { tier: 3, scopes: [], idempotent: true },
} as const satisfies Record<string, SlackMethod>

/** A method of the table. */
export type SlackMethodName = keyof typeof table

/** A method that pages by cursor. */
export type PagedSlackMethod = {
  [Name in SlackMethodName]: (typeof table)[Name] extends { readonly largestPage: number } ? Name : never
}[SlackMethodName]

/** The most records that one page of a method may be asked for. */
export const largestPageOf = (method: PagedSlackMethod): number => table[method].largestPage

/** The table itself, by method. */
export const slackMethods: Readonly<Record<SlackMethodName, SlackMethod>> = table

/** Of a method that the table does not hold, the careful assumption: slow, and not to be repeated blindly. */
export const unlistedMethod: SlackMethod = { tier: 2, scopes: [], idempotent: false }

const known: ReadonlyMap<string, SlackMethod> = new Map(Object.entries(slackMethods))

/** What is known of a method; of one that the table does not hold, {@link unlistedMethod}. */
export const slackMethod = (method: string): SlackMethod => known.get(method) ?? unlistedMethod
