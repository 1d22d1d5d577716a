// A plan is a value: what is asked for, what that changes by what the system showed, and what stands in the way. It is made by
// `makePlan`, carried in a file, approved, and applied once.
import { EntitlementReference, ResourceId } from "@rollcall/connector"
import { Schema } from "effect"

const Reason = Schema.optionalKey(Schema.String)

/** One principal is to hold an entitlement, or no more. */
const ChangeDesiredChange = Schema.TaggedStruct("Change", {
  intent: Schema.Literals(["grant", "revoke"]),
  entitlement: EntitlementReference,
  principal: ResourceId,
  reason: Reason,
})

/** An action is to be run with these values. */
const ActionDesiredChange = Schema.TaggedStruct("Action", {
  action: Schema.String,
  values: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Boolean])),
  /** The account that it is about, where it is about one. */
  principal: Schema.optionalKey(ResourceId),
  reason: Reason,
})

/**
 * Who is to hold an entitlement: `only` these, so that everybody else loses it, or these `at-least`, so that nobody does unless
 * `removals` says so.
 */
const MembersDesiredChange = Schema.TaggedStruct("Members", {
  entitlement: EntitlementReference,
  mode: Schema.Literals(["only", "at-least"]),
  members: Schema.Array(ResourceId),
  reason: Reason,
})

/** Something that is asked for. */
export const DesiredChange = Schema.Union([ChangeDesiredChange, ActionDesiredChange, MembersDesiredChange])
export type DesiredChange = typeof DesiredChange.Type

/** A grant or a revocation that is left to do. `before` and `after` say whether the principal holds the entitlement. */
const PlannedChange = Schema.TaggedStruct("Change", {
  intent: Schema.Literals(["grant", "revoke"]),
  entitlement: EntitlementReference,
  /** What the entitlement's resource is called. */
  resourceName: Schema.optionalKey(Schema.String),
  principal: ResourceId,
  before: Schema.Literals(["held", "not held"]),
  after: Schema.Literals(["held", "not held"]),
  /** Of a grant to somebody who holds it for a time: when that would have ended (RFC 3339). It is lasting from then on. */
  endedAt: Schema.optionalKey(Schema.String),
  reason: Reason,
})

/** A run of an action that is left to do. */
const PlannedAction = Schema.TaggedStruct("Action", {
  action: Schema.String,
  displayName: Schema.String,
  values: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Boolean])),
  principal: Schema.optionalKey(ResourceId),
  before: Schema.Literal("not done"),
  after: Schema.Literal("done"),
  reason: Reason,
})

/** Something that is left to do. */
export const Planned = Schema.Union([PlannedChange, PlannedAction])
export type Planned = typeof Planned.Type

/** What the system showed of a principal: what is planned for them holds as long as this does. */
export const Subject = Schema.Struct({
  principal: ResourceId,
  displayName: Schema.optionalKey(Schema.String),
  address: Schema.optionalKey(Schema.String),
  isInactive: Schema.optionalKey(Schema.Boolean),
  /** Why the system will refuse to grant it anything, which completes "it is …". */
  ineligible: Schema.optionalKey(Schema.String),
  /** What it may do beyond others, as the system calls it: `Workspace Owner`. */
  privilege: Schema.optionalKey(Schema.String),
})
export type Subject = typeof Subject.Type

/** What deserves a second look: `code` and `about` are the same for the same thing, so that two plans can be compared. */
export const PlanWarning = Schema.Struct({
  code: Schema.Literals(["empties", "privileged", "lastPrivileged"]),
  /** The id of the entitlement, of the principal, or of the tenant. */
  about: Schema.String,
  message: Schema.String,
})
export type PlanWarning = typeof PlanWarning.Type

/** A plan. */
export const Plan = Schema.Struct({
  version: Schema.Literal(1),
  id: Schema.String,
  /** RFC 3339, UTC. */
  madeAt: Schema.String,
  connector: Schema.String,
  tenant: Schema.Struct({ id: Schema.String, displayName: Schema.String }),
  /** Who made it: the user of the operating system, and the account that the credential belongs to. */
  author: Schema.Struct({ osUser: Schema.optionalKey(Schema.String), actor: Schema.optionalKey(Schema.String) }),
  reason: Reason,
  ticket: Reason,
  /** What it was made from, and what that lacks: a sentence without its full stop each. */
  notes: Schema.optionalKey(Schema.Array(Schema.String)),
  desiredChanges: Schema.Array(DesiredChange),
  /** What is left to do, in the order in which it is done. */
  changes: Schema.Array(Planned),
  /** What is not done, as the system or Rollcall would refuse it, with why. */
  blocked: Schema.Array(Schema.Struct({ change: Planned, why: Schema.String })),
  /** Who holds for a time what is to be held by certain people alone, and keeps it until it ends (RFC 3339): nothing is planned for them. */
  lent: Schema.optionalKey(
    Schema.Array(Schema.Struct({ entitlement: Schema.String, subject: Subject, endsAt: Schema.String })),
  ),
  /** How much of what is asked for is so already. */
  unchanged: Schema.Int,
  /** Everybody whom a change is about. */
  subjects: Schema.Array(Subject),
  /** Who held the entitlements that are to be held by certain people alone: their ids. Others who come later make the plan stale. */
  members: Schema.Record(Schema.String, Schema.Array(Schema.String)),
  warnings: Schema.Array(PlanWarning),
  /** Brakes that stop it, as they stood when it was made. */
  brakes: Schema.Array(Schema.Struct({ name: Schema.String, message: Schema.String, remedy: Schema.String })),
})
export type Plan = typeof Plan.Type

/** The id of what is planned, the same in every plan: the entitlement and the principal, or the action and its values. */
export const keyOf = (change: Planned): string =>
  change._tag === "Change"
    ? `${change.intent} ${change.entitlement.id} ${change.principal.resourceType}:${change.principal.resource}`
    : `${change.action} ${JSON.stringify(Object.entries(change.values).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`

/**
 * The same with U+FFFD in the place of each half of a character, in every text of it: a name that was cut inside an emoji has one, and
 * canonical JSON (RFC 8785) has none.
 */
export const wellFormed = <A>(value: A): A => {
  if (isWellFormed(value)) return value
  const mended: A = JSON.parse(JSON.stringify(value), (_, it: unknown) =>
    typeof it === "string" ? it.toWellFormed() : it,
  )
  return mended
}

/** Whether no text of it has half a character. */
export const isWellFormed = (value: unknown): boolean => {
  if (typeof value === "string") return value.isWellFormed()
  if (typeof value !== "object" || value === null) return true
  return Object.entries(value).every(([key, it]) => key.isWellFormed() && isWellFormed(it))
}
