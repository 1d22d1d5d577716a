// Runs one sync in a process of its own, for tests that kill it. Arguments: the output, and what to do and where.
// `hold` opens the store and waits; `kill <moment>` ends itself with SIGKILL at that moment; `sync` runs through.
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { SyncStore } from "@rollcall/connector"
import { Effect } from "effect"
import type { WorkStoreOptions } from "../../src/WorkStore.ts"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { identity, person, resultOf, smallPage, stateOf } from "./smallSync.ts"

const [output = "", task = "", moment = ""] = process.argv.slice(2)
const options: WorkStoreOptions = JSON.parse(process.env["STORE_OPTIONS"] ?? "{}")

const dieAt = (now: string): void => {
  if (task === "kill" && moment === now) process.kill(process.pid, "SIGKILL")
}

/** Makes a function of Node's file system die before or after its work on a path. */
const trap = (name: "mkdirSync" | "renameSync" | "rmSync", isIt: (path: string) => boolean): void => {
  const original = fs[name]
  const trapped = (path: string, ...rest: ReadonlyArray<unknown>): unknown => {
    if (isIt(path)) dieAt(`before ${name}`)
    const result: unknown = Reflect.apply(original, fs, [path, ...rest])
    if (isIt(path)) dieAt(`after ${name}`)
    return result
  }
  Object.assign(fs, { [name]: trapped })
}

trap("mkdirSync", (path) => path.endsWith(".rollcall-build"))
trap("renameSync", (path) => path.endsWith(".rollcall-new"))
trap("rmSync", (path) => path.endsWith(".work"))
const createWriteStream = fs.createWriteStream.bind(fs)
Object.assign(fs, {
  createWriteStream: (...args: Parameters<typeof createWriteStream>) => {
    const stream = createWriteStream(...args)
    if (String(args[0]).endsWith(".rollcall-new"))
      stream.on("close", () => dieAt("packed")).on("open", () => dieAt("packing"))
    return stream
  },
})
syncBuiltinESMExports()

const pages = [smallPage, { resources: [person("cy")] }, { resources: [person("dee")] }]

const program = Effect.gen(function* () {
  const store = yield* SyncStore
  const open = yield* store.open(identity)
  if (task === "hold") {
    process.stdout.write("holding\n")
    // A timer, because a process that waits for nothing ends, and its lock with it.
    return yield* Effect.sleep("1 hour")
  }
  dieAt("opened")
  for (let page = open.steps[0]?.pages ?? 0; page < pages.length; page++) {
    const isLast = page === pages.length - 1
    const at = { pages: page + 1, ended: isLast, ...(isLast ? {} : { next: `page-${page + 1}` }) }
    yield* store.commit(pages[page] ?? {}, stateOf("people", at))
    dieAt(`page ${page + 1}`)
  }
  const published = yield* store.publish(resultOf())
  return process.stdout.write(JSON.stringify({ resumed: open.resumed, syncId: published.syncId }))
})

const outcome = await Effect.runPromise(Effect.result(Effect.provide(program, workStoreLayer({ ...options, output }))))
if (outcome._tag === "Failure") {
  const { reason, message, hint } = outcome.failure
  process.stdout.write(JSON.stringify({ reason, message, hint }))
  process.exitCode = 1
}
