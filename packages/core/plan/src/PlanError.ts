// Why a plan cannot be made, approved or applied.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Duration, Schema } from "effect"

const kinds = {
  /** The file is damaged, was edited, or is no plan. */
  Unreadable: "unreadable",
  /** It was made for another tenant or connector. */
  OtherTenant: "unreadable",
  /** What is asked for cannot be meant: an unknown or doubtful name, an empty list of members. */
  Unclear: "unreadable",
  /** It is older than plans may be. */
  Expired: "usage",
  /** What it was made from is not so any more. */
  Stale: "usage",
  /** Nobody, or nobody who may, has approved it. */
  NotApproved: "usage",
  /** Another run on the same store is applying a plan. */
  Busy: "busy",
} as const satisfies Record<string, FailureKind>

/** Why a plan is refused, before anything is written to the system. */
export class PlanError
  extends Schema.TaggedError<PlanError>()("PlanError", {
    reason: Schema.Literals(["Unreadable", "OtherTenant", "Unclear", "Expired", "Stale", "NotApproved", "Busy"]),
    message: Schema.String,
    hint: Schema.String,
    /** All that is wrong, a sentence each, where it is more than one thing. */
    details: Schema.optionalKey(Schema.Array(Schema.String)),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }
}

/** A length of time, in milliseconds, as errors say it: `45m`, `1d 12h`. */
export const lengthInWords = (millis: number): string =>
  millis <= 0 ? "0s" : Duration.format(Duration.seconds(Math.ceil(millis / 1000)))
