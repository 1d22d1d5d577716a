// A program that cannot be interrupted, run as the command runs its own.
import { Effect } from "effect"
import { runProcess } from "../src/runProcess.ts"
import { Screen } from "../src/Screen.ts"

const program = Screen.use((screen) => screen.out("ready\n")).pipe(
  Effect.andThen(Effect.uninterruptible(Effect.sleep("1 minute"))),
  Effect.as(0),
)

runProcess(program, Screen.layer)
