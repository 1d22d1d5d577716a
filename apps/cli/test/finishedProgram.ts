// A program that has done its work and only tells of it when a signal comes, run as the command runs its own.
import { Effect } from "effect"
import { runProcess } from "../src/runProcess.ts"
import { Screen } from "../src/Screen.ts"
import { SignalMeaning } from "../src/SignalMeaning.ts"

const program = Effect.gen(function* () {
  const meaning = yield* SignalMeaning
  meaning.comesTooLate = true
  const screen = yield* Screen
  const signalled = new Promise((resolve) => process.once("SIGTERM", resolve))
  // A process that waits for nothing but a signal ends.
  const waiting = setInterval(() => undefined, 1000)
  yield* screen.out("ready\n")
  yield* Effect.promise(() => signalled)
  clearInterval(waiting)
  return 7
})

runProcess(program, Screen.layer)
