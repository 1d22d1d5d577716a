// The error of a JSON client. Its reason says why, its category what a connector makes of it.
import type { ConnectorReasonTag } from "@rollcall/connector"
import { Schema } from "effect"
import { afterAttempts, failedCallFields, mayRepeat, type ReasonFacts } from "../FailedCall.ts"
import { ApiReason, apiReasonFactsOf, isWrongShape } from "./ApiReason.ts"

export const JsonVerb = Schema.Literals(["GET", "POST", "PUT", "PATCH", "DELETE"])
export type JsonVerb = typeof JsonVerb.Type

/** A call of a JSON API that failed, after all retries that were allowed. It never holds a token or more than an excerpt of a reply. */
export class ApiError extends Schema.TaggedError<ApiError>()("ApiError", {
  /** Whose API it is, such as `GitHub`. */
  api: Schema.String,
  verb: JsonVerb,
  /** Below the base URL and without query, such as `/teams/red`. */
  path: Schema.String,
  /** Where the API is, and what sets it, for hints. */
  address: Schema.optional(Schema.String),
  reason: ApiReason,
  ...failedCallFields,
}) {
  private get facts(): ReasonFacts<ApiReason, ConnectorReasonTag> {
    return apiReasonFactsOf(this.reason)
  }

  /** What a connector makes of it; `toConnectorError` has the rest. */
  get category(): ConnectorReasonTag {
    return this.facts.category
  }

  /** Whether sending it once more can help and cannot do anything twice. */
  get isRetryable(): boolean {
    return !isWrongShape(this.reason) && mayRepeat(this.facts.retry(this.reason), this.verb === "GET")
  }

  /** Whether it is a write that may have taken effect all the same. Only reading the object shows it. */
  get isUncertain(): boolean {
    return this.verb !== "GET" && this.facts.retry(this.reason) === "reads"
  }

  /** What happened and why, in a sentence or two. */
  override get message(): string {
    const { api, verb, path } = this
    const uncertain = this.isUncertain ? " It may have taken effect all the same." : ""
    return `${api}'s ${verb} ${path} ${this.facts.says(this.reason)}${afterAttempts(this)}${uncertain}`
  }

  /** What to do next. */
  get hint(): string {
    return this.isUncertain
      ? "Read the object to see whether the change is there, and only then make it again."
      : `${this.facts.hint(this.reason, this.path)}${this.addressHint}`
  }

  /** The address, if a wrong one may be the cause. */
  private get addressHint(): string {
    const { reason, address } = this
    const isSuspect =
      reason._tag === "Network" ||
      reason._tag === "UnexpectedReply" ||
      (reason._tag === "NotFound" && reason.hint === undefined)
    return isSuspect && address !== undefined ? ` The API's address is ${address}.` : ""
  }
}
