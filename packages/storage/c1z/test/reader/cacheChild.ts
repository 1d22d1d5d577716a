// Reads a file with a cache in a process of its own. Arguments: the file, the folder, how many bytes it may have, and what to do: `read` counts
// its resources, `hold` says so and waits, `die` ends itself with SIGKILL as soon as something is unpacked.
import { Effect, Stream } from "effect"
import { C1zFile } from "../../src/index.ts"

const [path = "", folder = "", mostBytes = "", task = ""] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const file = yield* C1zFile.open(path, {
    cache: { folder, mostBytes: Number(mostBytes) },
    onProgress: () => {
      if (task === "die") process.kill(process.pid, "SIGKILL")
    },
  })
  const reader = yield* file.sync()
  const count = yield* Stream.runCount(reader.resources())
  process.stdout.write(`${count}\n`)
  if (task === "hold") yield* Effect.sleep("1 hour")
})

const outcome = await Effect.runPromise(Effect.result(Effect.scoped(program)))
if (outcome._tag === "Failure") {
  process.stderr.write(`${outcome.failure.reason}: ${outcome.failure.message}`)
  process.exitCode = 1
}
