// Adds a copy in a process of its own, for tests that kill it. Arguments: the archive, the file, an id, and the moment at which the
// process ends itself with SIGKILL: `copied`, `summary` or `never`.
import promises from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { Effect } from "effect"
import { addSmall } from "./addSmall.ts"

const [archive = "", file = "", id = "", moment = ""] = process.argv.slice(2)
const die = () => process.kill(process.pid, "SIGKILL")

const { rename } = promises
Object.assign(promises, {
  rename: async (from: string, to: string) => {
    if (moment === "copied" && to.endsWith(".json")) die()
    await rename(from, to)
    if (moment === "summary" && to.endsWith(".json")) die()
  },
})
syncBuiltinESMExports()

await Effect.runPromise(addSmall(archive, file, { id }))
