// A command line that the worker does not understand.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Schema } from "effect"

/** The command line asks for something that cannot be. It never quotes a value, which may be a token. */
export class UsageError
  extends Schema.TaggedError<UsageError>()("UsageError", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "usage"
  }
}
