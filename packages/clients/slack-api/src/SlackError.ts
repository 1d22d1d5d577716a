// The one error of this package. Its reason says why, its category what a caller does about it.
import { afterAttempts, failedCallFields, mayRepeat, type ReasonFacts } from "@rollcall/api-client"
import { Schema } from "effect"
import { reasonFactsOf, type SlackErrorCategory } from "./error/reasonFacts.ts"
import { SlackReason } from "./error/SlackReason.ts"
import { slackMethod } from "./methods.ts"

/** The kinds of `@rollcall/connector`'s failures, repeated here without depending on it. */
const kinds = {
  credential: "refused",
  refused: "refused",
  cursor: "interrupted",
  notFound: "unavailable",
  unavailable: "unavailable",
  unexpected: "unavailable",
  defect: "unexpected",
} as const satisfies Record<SlackErrorCategory, string>

/** A call of Slack that failed, after all retries that were allowed. It never holds a token or more than an excerpt of a reply. */
export class SlackError extends Schema.TaggedError<SlackError>()("SlackError", {
  /** The Web API method, such as `users.list`. */
  method: Schema.String,
  reason: SlackReason,
  ...failedCallFields,
}) {
  private get facts(): ReasonFacts<SlackReason, SlackErrorCategory> {
    return reasonFactsOf(this.reason)
  }

  /** What a caller does about it. */
  get category(): SlackErrorCategory {
    return this.facts.category
  }

  /** What kind of failure it is to an app; see `FailureKind` of `@rollcall/connector`. */
  get kind() {
    return kinds[this.category]
  }

  /** Whether sending it once more can help. */
  get isRetryable(): boolean {
    return mayRepeat(this.facts.retry(this.reason), slackMethod(this.method).idempotent)
  }

  /** What happened and why, in one sentence. */
  override get message(): string {
    return `Slack's ${this.method} ${this.facts.says(this.reason)}${afterAttempts(this)}`
  }

  /** What to do next. */
  get hint(): string {
    return this.facts.hint(this.reason, this.method)
  }
}
