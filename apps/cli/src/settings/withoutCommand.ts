// `rollcall` without a command. The Go connector syncs, grants or revokes then, as its settings say; here it is
// an error that names the command for it.
import { failOnProblems, findOtherRequests, readSources } from "@rollcall/config"
import { Effect } from "effect"
import { UsageError } from "../UsageError.ts"
import type { LeadingFlags } from "./leadingFlags.ts"
import { warn } from "./warnAboutUnused.ts"

/** Fails where settings ask for something or flags were typed; otherwise help is what was asked for. */
export const refuseWithoutCommand = Effect.fnUntraced(function* ({ flags }: LeadingFlags) {
  const others = findOtherRequests(yield* readSources(flags), { forWorker: true })
  yield* failOnProblems(others.problems)
  yield* warn(others.warnings)
  if (Object.keys(flags).length > 0) {
    return yield* new UsageError({
      message: "There is no command.",
      hint: "`rollcall sync` syncs with these flags; `rollcall --help` lists the commands.",
    })
  }
})
