// How much of what was asked for a sync really shows. "Not seen" is not "gone": a reader must be able to tell.

/** What a gap lies in. `short`: the system announced more records than it listed. */
export const gapReasons = ["scope", "plan", "settings", "request", "unreadable", "short"] as const

/** Something that is known to be missing from a sync: plan, scope, settings or the request keep it out, or it is unreadable. */
export interface Gap {
  readonly resourceType: string
  /** What is missing, as a noun phrase: `e-mail addresses of accounts`. */
  readonly missing: string
  readonly reason: (typeof gapReasons)[number]
  /** What happened and what would close the gap, in one sentence. */
  readonly explanation: string
  /** Scopes that would close it. */
  readonly missingScopes?: ReadonlyArray<string>
}

/** How much of one resource type a sync shows. */
export interface Coverage {
  readonly resourceType: string
  /** `partial`: some of its records, facts or grants are missing; `skipped`: none of it was read. */
  readonly state: "complete" | "partial" | "skipped"
  readonly gaps: ReadonlyArray<Gap>
}
