// A process of its own that appends entries to an audit log until it is done or killed: `<file> <actor> <count>`.
import { AuditLog } from "@rollcall/connector"
import { Effect } from "effect"
import { auditLogFile } from "../src/index.ts"
import { entryOf } from "./entryOf.ts"

const [file = "", actor = "", count = "0"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const log = yield* AuditLog
  for (let index = 0; index < Number(count); index++) {
    yield* log.append(entryOf({ actor, requestId: String(index) }))
    process.stdout.write(`${index}\n`)
  }
}).pipe(Effect.provide(auditLogFile(file)))

await Effect.runPromise(program).catch((error: unknown) => {
  const { reason, hint } = Object(error)
  process.stderr.write(`${reason}: ${hint}`)
  process.exitCode = 1
})
