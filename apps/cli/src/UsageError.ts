// A combination of flags that makes no sense, which only the command itself can tell.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Schema } from "effect"

/** The command line asks for something that cannot be. */
export class UsageError
  extends Schema.TaggedError<UsageError>()("UsageError", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "usage"
  }
}
