// What a store or a file may fail with.
import { Schema } from "effect"
import type { Failure, FailureKind } from "./Failure.ts"

const Reason = Schema.Literals([
  "Busy",
  "NotAFile",
  "NoPermission",
  "DiskFull",
  "CannotWrite",
  "Unreadable",
  "NotFound",
  "CannotReplace",
])

const kinds: Record<typeof Reason.Type, FailureKind> = {
  Busy: "busy",
  NotAFile: "configuration",
  NoPermission: "configuration",
  NotFound: "configuration",
  DiskFull: "cannotWrite",
  CannotWrite: "cannotWrite",
  Unreadable: "unreadable",
  CannotReplace: "configuration",
}

/**
 * Why a store could not do its work:
 * - `Busy`: another process is writing the same output.
 * - `NotAFile`, `NoPermission`, `NotFound`: the path is a directory, cannot be used, or names nothing.
 * - `DiskFull`, `CannotWrite`: the output could not be written; what stood there before still does.
 * - `Unreadable`: the file is damaged, foreign, or larger than the reader allows.
 * - `CannotReplace`: what stands at the output is damaged or foreign, or no file can take its place.
 */
export class StoreError
  extends Schema.TaggedError<StoreError>()("StoreError", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    /** The file that it is about, for those who decide by it. */
    path: Schema.optional(Schema.String),
    cause: Schema.optional(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }
}
