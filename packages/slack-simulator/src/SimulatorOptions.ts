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
  /** IdP groups. They show only through SCIM, which this simulator does not speak yet. 0 to 10,000; default 0. */
  idpGroups: Schema.optionalKey(between(0, 10_000)),
  /** The same seed gives the same workspace and the same tokens. 0 to 4,294,967,295; default 1. */
  seed: Schema.optionalKey(between(0, 0xff_ff_ff_ff)),
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  port: Schema.optionalKey(between(0, 65_535)),
  /** Slack's published limits per method and token (default), or none. */
  rateLimits: Schema.optionalKey(Schema.Literals(["published", "off"])),
  /** How much faster than real time the published limits run; default 1. */
  speed: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  /** Serves this workspace, its objects as they stand, in place of a seeded one. */
  workspace: Schema.optionalKey(WorkspaceFile),
  /** Scopes of the bot token; default: all that the Pro reads need. */
  botScopes: Schema.optionalKey(Scopes),
  /** Scopes of the user token, which belongs to the primary owner; default: the same and `admin`. */
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
    Effect.map((checked) => ({ ...defaults, ...checked })),
  )
