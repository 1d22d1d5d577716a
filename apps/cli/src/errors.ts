// How a command ends by itself: with an error in how it was called, or with an exit code after it has printed why.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Effect, Schema } from "effect"

/** The command line asks for something that cannot be. */
export class UsageError
  extends Schema.TaggedError<UsageError>()("UsageError", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "usage"
  }
}

/** The command has said what there is to say; only the exit code is left. */
export class ExitWith extends Schema.TaggedError<ExitWith>()("ExitWith", { code: Schema.Int }) {}

/** A page was asked for without a file for it. */
export const noFileForPage = Effect.fail(
  new UsageError({
    message: "A page is written to a file, and none is named.",
    hint: "Name it with --out, or choose another form with -o.",
  }),
)
