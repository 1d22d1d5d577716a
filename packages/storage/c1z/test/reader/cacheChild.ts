// Reads a file with a cache in a process of its own. Arguments: the file, the folder, how many bytes it may have, what to do, and by what
// resources are described. `read` counts its resources, `hold` says so and waits, `die` ends itself with SIGKILL as soon as something is
// unpacked; `index` finds resources through the read index and says how many it described for it, `die-in-index` ends itself with SIGKILL
// when an index is made and not yet in its place.
import { DatabaseSync } from "node:sqlite"
import { Effect, Stream } from "effect"
import { C1zFile } from "../../src/index.ts"

const [path = "", folder = "", mostBytes = "", task = "", describedBy = ""] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const file = yield* C1zFile.open(path, {
    cache: { folder, mostBytes: Number(mostBytes) },
    onProgress: () => {
      if (task === "die") process.kill(process.pid, "SIGKILL")
    },
  })
  const reader = yield* file.sync()
  if (task.endsWith("index")) {
    let described = 0
    const index = reader.readIndex({
      heldOn: [],
      describedBy,
      describe: ({ id }) => {
        described++
        const facts = { isAccount: true, status: describedBy, kinds: [], mfa: undefined, privileged: false }
        return { ...facts, emails: [`${id.resource}@example.com`], createdAt: undefined }
      },
    })
    const { total } = yield* index.find("email", "u1@example.com", { types: ["user"], most: 10 })
    const query = { status: [describedBy] }
    const options = { query, index: { reader: index, types: ["user"] } }
    const withStatus = yield* Stream.runCount(reader.resources({ resourceType: "user" }, options))
    process.stdout.write(`found ${total}, with status ${withStatus}, described ${described}\n`)
    return
  }
  const count = yield* Stream.runCount(reader.resources())
  process.stdout.write(`${count}\n`)
  if (task === "hold") yield* Effect.sleep("1 hour")
})

if (task === "die-in-index") {
  const exec: unknown = Reflect.get(DatabaseSync.prototype, "exec")
  if (typeof exec !== "function") throw new Error("node:sqlite has no exec")
  DatabaseSync.prototype.exec = function (sql) {
    Reflect.apply(exec, this, [sql])
    if (sql.startsWith("detach")) process.kill(process.pid, "SIGKILL")
  }
}

const outcome = await Effect.runPromise(Effect.result(Effect.scoped(program)))
if (outcome._tag === "Failure") {
  process.stderr.write(`${outcome.failure.reason}: ${outcome.failure.message}`)
  process.exitCode = 1
}
