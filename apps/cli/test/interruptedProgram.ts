// A program that is interrupted without a signal, run as the command runs its own.
import { Effect } from "effect"
import { runProcess } from "../src/runProcess.ts"
import { Screen } from "../src/Screen.ts"

runProcess(
  Screen.use(() => Effect.interrupt),
  Screen.layer,
)
