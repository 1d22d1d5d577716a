// What commands load of the bundle. One import that names too much loads megabytes that a command does not need, and nobody sees it but
// by the clock.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { rollcall, world } from "./command.ts"

const sourcesOf = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ sources: Schema.Array(Schema.String) })),
)

/** Notes each file that is loaded, by its URL. */
const noting = (notes: string) => `
  import { registerHooks } from "node:module"
  import { appendFileSync } from "node:fs"
  registerHooks({ load: (url, context, next) => (appendFileSync(${JSON.stringify(notes)}, url + "\\n"), next(url, context)) })`

it.live(
  "stats, syncs, history and a sync on Pro load nothing that knows the messages of protobuf, as a list does",
  () =>
    Effect.gen(function* () {
      // Of a small file all is read.
      const { environment, file, sync } = yield* world({ users: 2000 })
      const folder = dirname(file)
      const hooks = join(folder, "hooks.mjs")
      const modulesOf = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
        const notes = join(folder, `${args[0]}.txt`)
        writeFileSync(hooks, noting(notes))
        const { code, stderr } = yield* rollcall(args, {
          environment: {
            ...environment,
            NODE_OPTIONS: `--import=${pathToFileURL(hooks).href}`,
            ...(args[0] === "history" ? { BATON_ARCHIVE: join(folder, "history") } : {}),
          },
        })
        assert.strictEqual(code, 0, stderr)
        return readFileSync(notes, "utf8")
          .split("\n")
          .filter((url) => url.startsWith("file:") && existsSync(`${fileURLToPath(url)}.map`))
          .flatMap((url) => sourcesOf(readFileSync(`${fileURLToPath(url)}.map`, "utf8")).sources)
      })
      const knowsMessages = (modules: ReadonlyArray<string>) =>
        modules.some((path) => path.includes("/@bufbuild/protobuf/"))
      yield* sync([], { environment: { BATON_ARCHIVE: join(folder, "history") } })
      for (const command of ["sync", "stats", "syncs", "history"]) {
        const modules = yield* modulesOf(command)
        assert.isAbove(modules.length, 10, command)
        assert.deepStrictEqual(
          modules.filter((path) => path.includes("/@bufbuild/protobuf/")),
          [],
          command,
        )
      }
      assert.isTrue(knowsMessages(yield* modulesOf("grants")))
    }),
)
