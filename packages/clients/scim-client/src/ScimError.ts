// The one error of this package. Its reason says why, its category what a caller does about it.
import { afterAttempts, failedCallFields, mayRepeat, type ReasonFacts } from "@rollcall/api-client"
import { Schema } from "effect"
import { reasonFactsOf, type ScimErrorCategory } from "./error/reasonFacts.ts"
import { ScimReason } from "./error/ScimReason.ts"

export const ScimVerb = Schema.Literals(["GET", "POST", "PUT", "PATCH", "DELETE"])
export type ScimVerb = typeof ScimVerb.Type

/** The kinds of `@rollcall/connector`'s failures, repeated here without depending on it. */
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
  ...failedCallFields,
}) {
  private get facts(): ReasonFacts<ScimReason, ScimErrorCategory> {
    return reasonFactsOf(this.reason)
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
    return mayRepeat(this.facts.retry(this.reason), this.verb === "GET")
  }

  /** Whether it is a write that may have taken effect all the same. Only reading the object shows it. */
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
      : this.facts.hint(this.reason, this.path)
  }
}
