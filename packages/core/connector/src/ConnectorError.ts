// What a connector's functions may fail with. A connector translates its client's errors into these, once.
import { Schema } from "effect"
import type { Failure, FailureKind } from "./Failure.ts"

/** Facts of a refusal, whatever it lies in. */
const refusal = {
  /** `true` of a refusal that met the first page of one of several lists that a step reads one after the other. */
  atFirstPage: Schema.optionalKey(Schema.Boolean),
}

/** Why a connector could not answer, with what is known only of that reason. */
export const ConnectorReason = Schema.Union([
  /**
   * The credential lacks a scope; `missingScopes` would have allowed it, and is empty where the system does not name them. An
   * optional step that is refused ends there with a gap; elsewhere a refusal ends the sync. After the first page of a list
   * it is an interruption.
   */
  Schema.TaggedStruct("Refused", {
    by: Schema.Literal("scope"),
    missingScopes: Schema.Array(Schema.String),
    ...refusal,
  }),
  /** The plan, or the settings of the system or of Rollcall, forbid it, or the connector cannot do it. */
  Schema.TaggedStruct("Refused", { by: Schema.Literals(["plan", "settings"]), ...refusal }),
  /** What a change or an action names does not exist. */
  Schema.TaggedStruct("NotFound", {}),
  /** The arguments of an action do not fit. */
  Schema.TaggedStruct("BadRequest", {}),
  /** The credential is wrong, revoked or expired. */
  Schema.TaggedStruct("CredentialRejected", {}),
  /** The system no longer takes the cursor; the engine starts that step again. */
  Schema.TaggedStruct("CursorExpired", {}),
  /**
   * The system did not answer within the client's bounded retries. `object`: the trouble may lie in the one object that the
   * call was about, as with HTTP 5xx or an answer that cannot be read; only when a second object meets it as well is the
   * system taken to be away. `retryAfter` is how long the system asks to be left alone.
   */
  Schema.TaggedStruct("Unavailable", {
    scope: Schema.Literals(["object", "system"]),
    retryAfter: Schema.optional(Schema.Duration),
  }),
  /** Another change of the same object is still being written; other objects are not concerned. */
  Schema.TaggedStruct("Locked", {}),
  /**
   * A list was read to its end, and it cannot be the whole list. Nothing is published, and the step is forgotten, so that
   * the next run reads it from its first page.
   */
  Schema.TaggedStruct("NotWhole", {}),
  /** It answered something that it does not document and the connector does not know. */
  Schema.TaggedStruct("UnexpectedReply", {}),
  /** Others than those who were named lost an entitlement while it was changed; the core finds that. */
  Schema.TaggedStruct("Collateral", {}),
  /** It does not take what the connector sends: a fault of the connector's own, to be reported. */
  Schema.TaggedStruct("Defective", {}),
  /** An action would take access from the account that the credential belongs to; the core finds that. */
  Schema.TaggedStruct("OwnAccount", {}),
  /** More would change than the settings allow, or what they protect; the core finds that before anything is begun. */
  Schema.TaggedStruct("Braked", {}),
])
export type ConnectorReason = typeof ConnectorReason.Type
export type ConnectorReasonTag = ConnectorReason["_tag"]

const kinds: Record<ConnectorReasonTag, FailureKind> = {
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
  Braked: "usage",
}

/** Why a connector could not answer, for the engine and for people: `{ reason: { _tag: "Refused", by: "plan" }, … }`. */
export class ConnectorError
  extends Schema.TaggedError<ConnectorError>()("ConnectorError", {
    reason: ConnectorReason,
    message: Schema.String,
    hint: Schema.String,
    /**
     * `true` of a write that may have taken effect all the same: the reply was lost, or the system failed after it, or the
     * read that would have proved it failed for this reason.
     */
    uncertain: Schema.optional(Schema.Boolean),
    cause: Schema.optionalKey(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason._tag]
  }

  /** What a refusal lies in; absent where it is none. */
  get refusedBy(): "scope" | "plan" | "settings" | undefined {
    return this.reason._tag === "Refused" ? this.reason.by : undefined
  }

  /** The scopes that would have allowed it, as far as the system names them. */
  get missingScopes(): ReadonlyArray<string> {
    return this.reason._tag === "Refused" && this.reason.by === "scope" ? this.reason.missingScopes : []
  }

  /** Whether the trouble may lie in one object alone: the next object is still tried. */
  get isLocal(): boolean {
    return this.reason._tag === "Unavailable" && this.reason.scope === "object"
  }
}

/** The same refusal, of a list of which nothing was read yet, though its step has read others; any other error as it is. */
export const refusedAtFirstPage = (error: ConnectorError): ConnectorError =>
  error.reason._tag === "Refused"
    ? new ConnectorError({
        reason: { ...error.reason, atFirstPage: true },
        message: error.message,
        hint: error.hint,
        cause: error,
      })
    : error
