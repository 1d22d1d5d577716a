// What a sync lacks where the system refuses an optional list.
import type { ConnectorError } from "./ConnectorError.ts"
import type { Gap } from "./Coverage.ts"
import { sentenceOf } from "./Failure.ts"

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
