// Why a step of a campaign cannot be done.
import type { Failure, FailureKind } from "@rollcall/connector"
import { storeReasonOf, systemCodeOf } from "@rollcall/connector"
import { Effect, Schema } from "effect"

const Reason = Schema.Literals(["OutOfOrder", "Unusable", "Missing", "Locked", "NotAllowed", "CannotWrite"])

const kinds: Record<typeof Reason.Type, FailureKind> = {
  OutOfOrder: "usage",
  Unusable: "unreadable",
  Missing: "configuration",
  Locked: "busy",
  NotAllowed: "refused",
  CannotWrite: "cannotWrite",
}

/**
 * - `OutOfOrder`: the step cannot come now, or names what the campaign does not have.
 * - `Unusable`: a file that was given, or one of the campaign's own, cannot be used.
 * - `Missing`: there is no file at a path that was given.
 * - `Locked`: another command is at work in the campaign.
 * - `NotAllowed`: what the step needs was not read, or the person may not do it.
 * - `CannotWrite`: the disk does not take it.
 */
export class ReviewError
  extends Schema.TaggedError<ReviewError>()("ReviewError", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.optional(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }
}

/** Fails with a reason, what happened, and what to do next. */
export const refuse = (reason: typeof Reason.Type, message: string, hint: string): Effect.Effect<never, ReviewError> =>
  Effect.fail(new ReviewError({ reason, message, hint }))

/** Work on a file of the campaign; what Node throws becomes an error that names the file. */
export const onDisk = <A>(path: string, work: () => A): Effect.Effect<A, ReviewError> =>
  Effect.try({
    try: work,
    catch: (cause) => {
      const reason = storeReasonOf(cause)
      if (reason === "NotFound") {
        const message = `${path} is not there.`
        const hint = "Nothing was recorded. If it belongs to a campaign, restore the folder from a copy."
        return new ReviewError({ reason: "Unusable", message, hint, cause })
      }
      const isFull = reason === "DiskFull" || reason === "CannotWrite"
      return new ReviewError({
        reason: isFull ? "CannotWrite" : "Unusable",
        message: `${path} cannot be ${isFull ? "written" : "used"} (${systemCodeOf(cause)}).`,
        hint: "Nothing was recorded. Check the disk and who may use the folder, then run the command again.",
        cause,
      })
    },
  })
