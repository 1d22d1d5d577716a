// A worker that is to end, and whose work does not come to its end.
import { Effect } from "effect"
import { endProcessAfter, runProcess } from "../src/runProcess.ts"

runProcess(Effect.andThen(endProcessAfter("50 millis", 75), Effect.uninterruptible(Effect.never)))
