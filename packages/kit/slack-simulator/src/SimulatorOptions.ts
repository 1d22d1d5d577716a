// What a simulated Slack can be told at its start, with the defaults and the bounds.
import { Effect, Schema } from "effect"
import { Fault } from "./faults/Fault.ts"
import { WorkspaceFile } from "./file/WorkspaceFile.ts"
import { SimulatorError } from "./SimulatorError.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Scopes = Schema.Array(Schema.NonEmptyString)

/** How a simulated Slack is to be. Every member may be left out. */
export const SimulatorOptions = Schema.Struct({
  /** `pro` (default) or `business-plus`. Pro refuses SCIM with `plus_teams_only`. */
  plan: Schema.optionalKey(Schema.Literals(["pro", "business-plus"])),
  /** Members of `users.list` apart from Slackbot, which every workspace lists too. 0 to 1,000,000; default 100. */
  users: Schema.optionalKey(between(0, 1_000_000)),
  /** User groups, disabled ones included. 0 to 10,000; default 10. */
  userGroups: Schema.optionalKey(between(0, 10_000)),
  /** IdP groups. They show only through SCIM, so on Business+ alone. 0 to 10,000; default 0. */
  idpGroups: Schema.optionalKey(between(0, 10_000)),
  /** The same seed gives the same workspace and the same tokens. 0 to 4,294,967,295; default 1. */
  seed: Schema.optionalKey(between(0, 0xff_ff_ff_ff)),
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  port: Schema.optionalKey(between(0, 65_535)),
  /** Slack's published limits per method and token (default), or none. */
  rateLimits: Schema.optionalKey(Schema.Literals(["published", "off"])),
  /**
   * Calls of a Web API method that pass at once after a rest, which Slack does not publish; on average its calls a minute pass.
   * 1 to 100,000; default: those of a minute.
   */
  hiddenBurst: Schema.optionalKey(between(1, 100_000)),
  /** How much faster than real time the published limits run; default 1. */
  speed: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  /** Serves this workspace, its objects as they stand, in place of a seeded one. */
  workspace: Schema.optionalKey(WorkspaceFile),
  /** Scopes of the bot token; default: all that the Pro reads need. */
  botScopes: Schema.optionalKey(Scopes),
  /** Scopes of the user token; default: the same and `admin`. `userTokenRank` says whose it is. */
  userScopes: Schema.optionalKey(Scopes),
  /** Makes the tokens those of an Enterprise organisation: installed on one `workspace`, or on the whole `org`. */
  enterprise: Schema.optionalKey(Schema.Literals(["workspace", "org"])),
  /**
   * `users.list` answers `limit_required` to a call that asks for more members than this at once, as large workspaces
   * do. A call without `limit` asks for everyone. Default: never.
   */
  limitRequiredAbove: Schema.optionalKey(between(1, 1_000_000)),
  /** Whether an empty `cursor=` means the first page (`accepted`, default) or is `invalid_cursor`: reports differ. */
  emptyCursor: Schema.optionalKey(Schema.Literals(["accepted", "refused"])),
  /** Accounts that SCIM lists and `users.list` does not know. 0 to 10,000; default 0. */
  scimOnlyUsers: Schema.optionalKey(between(0, 10_000)),
  /** Whose the user token is: an admin's cannot change owners, an owner's not the primary owner. Default `primaryOwner`. */
  userTokenRank: Schema.optionalKey(Schema.Literals(["primaryOwner", "owner", "admin"])),
  /** Most members of a SCIM group: `group_member_max_exceeded` above. 1 to 1,000,000; default 5000, as for user groups. */
  groupMemberCap: Schema.optionalKey(between(1, 1_000_000)),
  /** How long a change of `active` takes to show, in milliseconds of the clock at `speed` 1; default 2000. */
  activeDelayMillis: Schema.optionalKey(between(0, 3_600_000)),
  /** How long a SCIM write takes, and holds its user or group (`resource_locked`), in milliseconds; default 0. */
  writeMillis: Schema.optionalKey(between(0, 3_600_000)),
  /**
   * What a v2 PATCH `remove` with the path `members` and a `value` does: empties the group (default), as RFC 7644 lets
   * one expect, or removes the members in the value. Slack's own behaviour is not known.
   */
  removeWithValue: Schema.optionalKey(Schema.Literals(["empties", "removes"])),
  /** The status of a successful v2 PATCH of a group: 200 with the group (default), or 204. v1 always answers 204. */
  groupPatchReply: Schema.optionalKey(Schema.Literals([200, 204])),
  /** The status when a filter matches nothing: 200 with an empty list (default), or 404. Both were seen. */
  scimNoMatch: Schema.optionalKey(Schema.Literals([200, 404])),
  /** GovSlack: tokens of the whole organisation, SCIM v1 alone, `team_id` in calls about one workspace. Default false. */
  gov: Schema.optionalKey(Schema.Boolean),
  /** Workspaces of the organisation, which share the seeded people; with `gov` alone. 1 to 50; default 1. */
  workspaces: Schema.optionalKey(between(1, 50)),
  /**
   * Assignments of system roles that `admin.roles.listAssignments` shows a user token with the scope `admin.roles:read`;
   * 0 (default): `feature_not_enabled`, as below Enterprise. 0 to 10,000.
   */
  systemRoles: Schema.optionalKey(between(0, 10_000)),
  /** Faults to show from the start. */
  faults: Schema.optionalKey(Schema.Array(Fault)),
})
export type SimulatorOptions = typeof SimulatorOptions.Type

const readScopes = ["team:read", "usergroups:read", "users:read", "users:read.email"]

const defaults = {
  plan: "pro",
  users: 100,
  userGroups: 10,
  idpGroups: 0,
  scimOnlyUsers: 0,
  userTokenRank: "primaryOwner",
  groupMemberCap: 5000,
  activeDelayMillis: 2000,
  writeMillis: 0,
  removeWithValue: "empties",
  groupPatchReply: 200,
  scimNoMatch: 200,
  gov: false,
  workspaces: 1,
  systemRoles: 0,
  seed: 1,
  port: 0,
  rateLimits: "published",
  speed: 1,
  botScopes: readScopes,
  userScopes: ["admin", ...readScopes],
  emptyCursor: "accepted",
  faults: [],
} satisfies SimulatorOptions

/** The options with every default filled in. */
export type SimulatorSettings = SimulatorOptions & Required<Pick<SimulatorOptions, keyof typeof defaults>>

/** Checks the options and fills in the defaults. Fails with `BadOption`. */
export const settingsFrom = (options: SimulatorOptions): Effect.Effect<SimulatorSettings, SimulatorError> =>
  Schema.decodeUnknownEffect(SimulatorOptions, { errors: "all", onExcessProperty: "error" })(options).pipe(
    Effect.mapError(
      (error) =>
        new SimulatorError({
          reason: "BadOption",
          message: `The simulator cannot be started with these options: ${error.message}`,
          hint: "Correct the option named above and start again.",
        }),
    ),
    // GovSlack's customers are Enterprise ones, and have SCIM. https://docs.slack.dev/govslack
    Effect.map((checked) => ({
      ...defaults,
      ...checked,
      ...(checked.gov === true ? ({ plan: "business-plus", enterprise: "org" } as const) : {}),
    })),
  )
