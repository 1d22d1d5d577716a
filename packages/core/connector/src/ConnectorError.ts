// What a connector's functions may fail with. A connector translates its client's errors into these, once.
import { Schema } from "effect"
import type { Failure, FailureKind } from "./Failure.ts"

const Reason = Schema.Literals([
  "Refused",
  "NotFound",
  "BadRequest",
  "CredentialRejected",
  "CursorExpired",
  "Unavailable",
  "Locked",
  "NotWhole",
  "UnexpectedReply",
  "Collateral",
  "Defective",
  "OwnAccount",
])

const kinds: Record<typeof Reason.Type, FailureKind> = {
  Refused: "refused",
  NotFound: "usage",
  BadRequest: "usage",
  CredentialRejected: "refused",
  CursorExpired: "interrupted",
  Unavailable: "unavailable",
  Locked: "busy",
  NotWhole: "interrupted",
  UnexpectedReply: "unavailable",
  Collateral: "interrupted",
  Defective: "unexpected",
  OwnAccount: "usage",
}

/**
 * Why a connector could not answer:
 * - `Refused`: scope, plan or settings forbid it. An optional step ends there with a gap; elsewhere it ends the sync. After
 *   the first page of a list it is an interruption.
 * - `NotFound`: what a change or an action names does not exist.
 * - `BadRequest`: the arguments of an action do not fit.
 * - `CredentialRejected`: the credential is wrong, revoked or expired.
 * - `CursorExpired`: the system no longer takes the cursor; the engine starts that step again.
 * - `Unavailable`: the system did not answer within the client's bounded retries.
 * - `Locked`: another change of the same object is still being written; other objects are not concerned.
 * - `NotWhole`: a list was read to its end, and it cannot be the whole list. Nothing is published, and the step is
 *   forgotten, so that the next run reads it from its first page.
 * - `UnexpectedReply`: it answered something that it does not document and the connector does not know.
 * - `Collateral`: others than those who were named lost an entitlement while it was changed; the core finds that.
 * - `Defective`: it does not take what the connector sends: a fault of the connector's own, to be reported.
 * - `OwnAccount`: an action would take access from the account that the credential belongs to; the core finds that.
 */
export class ConnectorError
  extends Schema.TaggedError<ConnectorError>()("ConnectorError", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    /** What a refusal lies in; `settings` where it is absent. */
    refusedBy: Schema.optionalKey(Schema.Literals(["scope", "plan", "settings"])),
    /** `true` of a refusal that met the first page of one of several lists that a step reads one after the other. */
    atFirstPage: Schema.optionalKey(Schema.Boolean),
    /** Scopes that would have allowed it. */
    missingScopes: Schema.optionalKey(Schema.Array(Schema.String)),
    /** `true` of a write that may have taken effect all the same: the reply was lost, or the system failed after it. */
    uncertain: Schema.optionalKey(Schema.Boolean),
    /** Milliseconds that the system wants to be left alone for, where it says so of an `Unavailable`. */
    retryAfterMillis: Schema.optionalKey(Schema.Finite),
    /**
     * `true` of `Unavailable` where the trouble may lie in the one object that the call was about, as with HTTP 5xx or an
     * answer that cannot be read. Only when a second object meets it as well is the system taken to be away.
     */
    mayBeLocal: Schema.optionalKey(Schema.Boolean),
    cause: Schema.optionalKey(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }
}
