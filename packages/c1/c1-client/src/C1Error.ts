// The one error of this package: why C1 could not be spoken to, for a person and for the retries around it.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Schema } from "effect"

const Reason = Schema.Literals([
  "BadClientId",
  "BadClientSecret",
  "BadHost",
  "CredentialRejected",
  "Refused",
  "Rejected",
  "Untrusted",
  "Unavailable",
  "UnexpectedReply",
  "CannotRead",
  "Superseded",
])

const kinds: Record<typeof Reason.Type, FailureKind> = {
  BadClientId: "configuration",
  BadClientSecret: "configuration",
  BadHost: "configuration",
  CredentialRejected: "refused",
  Refused: "refused",
  Rejected: "unexpected",
  Untrusted: "configuration",
  Unavailable: "unavailable",
  UnexpectedReply: "unexpected",
  CannotRead: "cannotWrite",
  Superseded: "interrupted",
}

/**
 * Why C1 could not be spoken to:
 * - `BadClientId`, `BadClientSecret`, `BadHost`: a setting cannot be used; nothing was sent.
 * - `CredentialRejected`: C1 does not take the client id and secret for a token, or the token for a call.
 * - `Refused`: C1 knows the client and does not let it do this.
 * - `Rejected`: C1 answered that the call itself is wrong: its arguments, its task, its time.
 * - `Untrusted`: the server's certificate is not one that this machine trusts.
 * - `Unavailable`: no answer, or one that says to come back later. It passes by itself.
 * - `UnexpectedReply`: an answer that C1 does not document.
 * - `CannotRead`: the file to upload could not be read.
 * - `Superseded`: another process speaks to C1 in the place of this one; nothing was sent.
 */
export class C1Error
  extends Schema.TaggedError<C1Error>()("C1Error", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    /** The gRPC code of C1's answer, where a call was answered. https://grpc.io/docs/guides/status-codes */
    code: Schema.optionalKey(Schema.Int),
    cause: Schema.optionalKey(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }

  /** Whether it may pass by itself, so that trying again later makes sense. */
  get isTransient(): boolean {
    return this.reason === "Unavailable" || this.reason === "UnexpectedReply" || this.reason === "Superseded"
  }
}
