import { openAccess } from "@rollcall/access"
import { writeText } from "@rollcall/access/output"
import { fileMark, hashOfFile, renderReport, reportOf } from "@rollcall/report"
import { Effect } from "effect"

const [file = "sync.c1z", out = "report.html"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const mark = yield* fileMark(file)
  const access = yield* openAccess(file)
  const hashed = yield* hashOfFile(file, mark)
  const madeAt = new Date().toISOString()
  const report = yield* reportOf(access, {
    made: { file, ...hashed, version: "0.0.0", madeAt },
    since: { none: "Nothing was compared." },
  })
  yield* writeText(out, { force: true, sources: [file] }, renderReport(report, "html"))
})

await Effect.runPromise(Effect.scoped(program))
