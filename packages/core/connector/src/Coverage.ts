// How much of what was asked for a sync really shows. "Not seen" is not "gone": a reader must be able to tell.
import { Schema } from "effect"
import type { ConnectorError } from "./ConnectorError.ts"
import { sentenceOf } from "./Failure.ts"

/** A fact about an account that a system may keep from a credential. */
export const AccountAttribute = Schema.Literals(["email", "kind", "mfa", "status"])
export type AccountAttribute = typeof AccountAttribute.Type

/** Something that is known to be missing from a sync: plan, scope, settings or the request keep it out, or it is unreadable. */
export const Gap = Schema.Struct({
  resourceType: Schema.String,
  /** What is missing, as a noun phrase: `e-mail addresses of accounts`. */
  missing: Schema.String,
  /**
   * What the gap lies in. `short`: the system announced more records than it listed; `credential`: whose it is;
   * `furtherCredential`: it takes one that was not given, and the system need not have any of it; `quick`: a quick sync was asked
   * for, which does not read it.
   */
  reason: Schema.Literals([
    "scope",
    "plan",
    "settings",
    "request",
    "unreadable",
    "short",
    "credential",
    "furtherCredential",
    "quick",
  ]),
  /** What happened and what would close the gap, in one sentence. */
  explanation: Schema.String,
  /** Scopes that would close it. */
  missingScopes: Schema.optionalKey(Schema.Array(Schema.String)),
  /**
   * The attributes of accounts that were not read: one that an account lacks is unknown, and not absent. Nothing else is missing:
   * where accounts are missing too, that is a gap of its own.
   */
  attributes: Schema.optionalKey(Schema.Array(AccountAttribute)),
  /**
   * Set for what the system shows to few credentials and no sync promises: readers are told, but the type counts as complete
   * and `--strict` accepts it.
   */
  expected: Schema.optionalKey(Schema.Literal(true)),
})
export type Gap = typeof Gap.Type

/** How much of one resource type a sync shows. */
export const Coverage = Schema.Struct({
  resourceType: Schema.String,
  /** `partial`: some of its records, facts or grants are missing, beyond what is expected; `skipped`: none of it was read. */
  state: Schema.Literals(["complete", "partial", "skipped"]),
  gaps: Schema.Array(Gap),
})
export type Coverage = typeof Coverage.Type

/** The gaps that no reader expects; what was left out on request is among them. */
export const unexpectedGaps = (coverage: ReadonlyArray<Coverage>): ReadonlyArray<Gap> =>
  coverage.flatMap(({ gaps }) => gaps).filter((gap) => gap.expected !== true)

/** What is refused: a resource type, what of it is missing, and the scopes that open it. */
export interface RefusedList {
  readonly resourceType: string
  readonly missing: string
  readonly scopes: ReadonlyArray<{ readonly scope: string }>
}

/** The gap that a refusal leaves. If it is about a scope and does not name the scope, it is about those of the list. */
export const gapOfRefusal = (error: ConnectorError, { resourceType, missing, scopes }: RefusedList): Gap => {
  const reason = error.refusedBy ?? "settings"
  const named = error.missingScopes
  const missingScopes = reason === "scope" && named.length === 0 ? scopes.map(({ scope }) => scope) : named
  return {
    resourceType,
    missing,
    reason,
    explanation: sentenceOf(error),
    ...(missingScopes.length === 0 ? {} : { missingScopes }),
  }
}
