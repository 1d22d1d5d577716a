// The one error of this package. Its reason says why, its category what a caller does about it.
import { afterAttempts } from "@rollcall/api-client"
import { Schema } from "effect"
import { reasonFacts, type ReasonFacts, type ScimErrorCategory } from "./error/reasonFacts.ts"
import { ScimReason } from "./error/ScimReason.ts"

export const ScimVerb = Schema.Literals(["GET", "POST", "PUT", "PATCH", "DELETE"])
export type ScimVerb = typeof ScimVerb.Type

/** The kinds of `@rollcall/connector`'s failures, told here without depending on it. */
const kinds = {
  credential: "refused",
  refused: "refused",
  notFound: "unavailable",
  unavailable: "unavailable",
  unexpected: "unavailable",
  defect: "unexpected",
} as const satisfies Record<ScimErrorCategory, string>

/** A SCIM call that failed, after all retries that were allowed. It never holds a token or more than an excerpt of a reply. */
export class ScimError extends Schema.TaggedError<ScimError>()("ScimError", {
  /** Whose server it is, such as `Slack`; see the dialect. */
  server: Schema.String,
  verb: ScimVerb,
  /** Below the base URL and without query, such as `Groups/S0123`. */
  path: Schema.String,
  reason: ScimReason,
  /** The HTTP status, where there was a reply. */
  status: Schema.optionalKey(Schema.Int),
  /** How often the call was sent; default 1. */
  attempts: Schema.optionalKey(Schema.Int),
  /** Milliseconds that went by between the attempts. */
  waitedMillis: Schema.optionalKey(Schema.Finite),
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  private get facts(): ReasonFacts<ScimReason> {
    return reasonFacts[this.reason._tag]
  }

  /** What a caller does about it. */
  get category(): ScimErrorCategory {
    return this.facts.category
  }

  /** What kind of failure it is to an app; see `FailureKind` of `@rollcall/connector`. */
  get kind() {
    return kinds[this.category]
  }

  /** The server's own word for it, such as `cannot_modify_owner`. */
  get code(): string | undefined {
    return "code" in this.reason ? this.reason.code : undefined
  }

  /** Whether sending it once more can help and cannot do anything twice. */
  get isRetryable(): boolean {
    const retry = this.facts.retry(this.reason)
    return retry === "always" || (retry === "reads" && this.verb === "GET")
  }

  /** Whether it is a write that may have taken effect all the same. Only reading the object tells. */
  get isUncertain(): boolean {
    return this.verb !== "GET" && this.facts.retry(this.reason) === "reads"
  }

  /** What happened and why, in a sentence or two. */
  override get message(): string {
    const { server, verb, path } = this
    const uncertain = this.isUncertain ? " It may have taken effect all the same." : ""
    return `${server}'s SCIM ${verb} ${path} ${this.facts.says(this.reason)}${afterAttempts(this)}${uncertain}`
  }

  /** What to do next. */
  get hint(): string {
    return this.isUncertain
      ? "Read the user or group to see whether the change is there, and only then make it again."
      : this.facts.hint(this.reason)
  }
}
