// What a sync may fail with, apart from its store.
import { Schema } from "effect"
import type { Failure, FailureKind } from "./Failure.ts"

const Reason = Schema.Literals([
  "BadRequest",
  "OtherTenant",
  "Refused",
  "Unavailable",
  "Interrupted",
  "Shrank",
  "CursorRepeated",
  "Defective",
])

const kinds: Record<typeof Reason.Type, FailureKind> = {
  BadRequest: "configuration",
  OtherTenant: "configuration",
  Refused: "refused",
  Unavailable: "unavailable",
  Interrupted: "interrupted",
  Shrank: "interrupted",
  CursorRepeated: "interrupted",
  Defective: "unexpected",
}

/**
 * Why a sync did not finish. Nothing was published, and what was read is kept.
 * - `BadRequest`: the request names a type that the connector does not have.
 * - `OtherTenant`: the output holds the data of somebody else.
 * - `Refused`: the system refuses what was asked for.
 * - `Unavailable`: the system could not be reached and nothing was begun.
 * - `Interrupted`: pages were read before the failure; running again continues after them.
 * - `Shrank`: all was read, and is so much less than before that it was not published.
 * - `CursorRepeated`: the system leads a step in a circle; that step begins again with the next run.
 * - `Defective`: a step broke the contract, or the system does not take what the connector sends.
 */
export class SyncError
  extends Schema.TaggedError<SyncError>()("SyncError", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    step: Schema.optionalKey(Schema.String),
    missingScopes: Schema.optional(Schema.Array(Schema.String)),
    cause: Schema.optionalKey(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }
}
