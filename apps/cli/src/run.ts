// Runs the command with whatever it was given. Help, the version and what does not exist come here only where `main.ts` has no answer.
import { commandServices } from "@rollcall/host/command-line"
import { Layer } from "effect"
import { rollcall } from "./rollcall.ts"
import { runProcess } from "./runProcess.ts"
import { Screen } from "./Screen.ts"

runProcess(rollcall(process.argv.slice(2)), Layer.mergeAll(commandServices, Screen.layer))
