// How much of what was asked for a sync really shows. "Not seen" is not "gone": a reader must be able to tell.
import { Schema } from "effect"

/** Something that is known to be missing from a sync: plan, scope, settings or the request keep it out, or it is unreadable. */
export const Gap = Schema.Struct({
  resourceType: Schema.String,
  /** What is missing, as a noun phrase: `e-mail addresses of accounts`. */
  missing: Schema.String,
  /** What the gap lies in. `short`: the system announced more records than it listed. */
  reason: Schema.Literals(["scope", "plan", "settings", "request", "unreadable", "short"]),
  /** What happened and what would close the gap, in one sentence. */
  explanation: Schema.String,
  /** Scopes that would close it. */
  missingScopes: Schema.optionalKey(Schema.Array(Schema.String)),
})
export type Gap = typeof Gap.Type

/** How much of one resource type a sync shows. */
export const Coverage = Schema.Struct({
  resourceType: Schema.String,
  /** `partial`: some of its records, facts or grants are missing; `skipped`: none of it was read. */
  state: Schema.Literals(["complete", "partial", "skipped"]),
  gaps: Schema.Array(Gap),
})
export type Coverage = typeof Coverage.Type
