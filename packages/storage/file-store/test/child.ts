// A process of its own, for tests that kill it or measure it. Arguments: the URL of a store, what to do, and with what.
import { existsSync } from "node:fs"
import promises from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { Effect } from "effect"
import { FileStore, fileStoreOf } from "../src/index.ts"

const [url = "", what = "", ...args] = process.argv.slice(2)
const [name = "", path = "", option = ""] = args

const { link } = promises
/**
 * A folder's store ends by SIGKILL before or after the file has its name; or it is told what NFS says when a reply was lost, or what a file
 * system says that has no links.
 */
const dieAt = (moment: string): void => {
  const die = () => process.kill(process.pid, "SIGKILL")
  Object.assign(promises, {
    link: async (from: string, to: string) => {
      if (moment === "before") die()
      if (moment === "without") throw Object.assign(new Error("link"), { code: "EPERM" })
      await link(from, to)
      if (moment === "after") die()
      if (moment === "lost") throw Object.assign(new Error("link"), { code: "EEXIST" })
    },
  })
  syncBuiltinESMExports()
}

const megabytes = () => process.resourceUsage().maxRSS / 1024

const work: Readonly<Record<string, Effect.Effect<unknown, unknown, FileStore>>> = {
  put: Effect.suspend(() => {
    dieAt(option)
    return FileStore.use((store) => store.put(name, path))
  }),
  // How much the peak of memory grows from small files to a large one, in MB.
  measure: FileStore.use((store) =>
    Effect.gen(function* () {
      for (const turn of [1, 2, 3]) {
        yield* store.put(`${name}.small${turn}`, option)
        yield* store.get(`${name}.small${turn}`, `${path}.fetched`)
      }
      const before = megabytes()
      yield* store.put(name, path)
      yield* store.show(`${name}.plain`, name)
      yield* store.get(`${name}.plain`, `${path}.fetched`)
      console.log(Math.round(megabytes() - before))
    }),
  ),
}

const task = work[what]
if (task === undefined || !existsSync(path)) throw new Error(`There is nothing to do: ${what} ${path}`)
await Effect.runPromise(task.pipe(Effect.provide(fileStoreOf(url))))
