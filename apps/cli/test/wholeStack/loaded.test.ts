// What commands load of the bundle. One import that names too much loads megabytes that a command does not need, and nobody sees it but
// by the clock.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { assert, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { isOneFile } from "@rollcall/test-kit/bundles"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { rollcall, world } from "./command.ts"

const sourcesOf = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ sources: Schema.Array(Schema.String) })),
)

/** Notes each file that is loaded, by its URL. */
const noting = (notes: string) => `
  import { registerHooks } from "node:module"
  import { appendFileSync } from "node:fs"
  registerHooks({ load: (url, context, next) => (appendFileSync(${JSON.stringify(notes)}, url + "\\n"), next(url, context)) })`

/** The sources of what a command loads of the bundle. */
const modulesOf = Effect.fnUntraced(function* (
  folder: string,
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
) {
  const hooks = join(folder, "hooks.mjs")
  const notes = join(folder, `${args[0]}.${Object.keys(environment).length}.txt`)
  writeFileSync(hooks, noting(notes))
  const { code, stderr } = yield* rollcall(args, {
    environment: { ...environment, NODE_OPTIONS: `--import=${pathToFileURL(hooks).href}` },
  })
  assert.strictEqual(code, 0, stderr)
  return readFileSync(notes, "utf8")
    .split("\n")
    .filter((url) => url.startsWith("file:") && existsSync(`${fileURLToPath(url)}.map`))
    .flatMap((url) => sourcesOf(readFileSync(`${fileURLToPath(url)}.map`, "utf8")).sources)
})

it.live.skipIf(isOneFile)(
  "stats, syncs, history and a sync on Pro load nothing that knows the messages of protobuf, as a list does",
  () =>
    Effect.gen(function* () {
      // Of a small file all is read.
      const { environment, file, sync } = yield* world({ users: 2000 })
      const folder = dirname(file)
      const ofMessages = (modules: ReadonlyArray<string>) =>
        modules.filter((path) => path.includes("/@bufbuild/protobuf/"))
      const archive = { BATON_ARCHIVE: join(folder, "history") }
      yield* sync([], { environment: archive })
      for (const command of ["sync", "stats", "syncs", "history"]) {
        const more = command === "history" ? archive : {}
        const modules = yield* modulesOf(folder, [command], { ...environment, ...more })
        assert.isAbove(modules.length, 10, command)
        assert.deepStrictEqual(ofMessages(modules), [], command)
      }
      assert.isNotEmpty(ofMessages(yield* modulesOf(folder, ["grants"], environment)))
    }),
)

it.live.skipIf(!hasPostgres || isOneFile)(
  "what speaks with a database is loaded by commands that are given one, and by no other",
  () =>
    Effect.gen(function* () {
      const { environment, file, sync } = yield* world()
      yield* sync()
      const { BATON_LEASES: _, ...rest } = environment
      const folder = dirname(file)
      const ofDatabase = (modules: ReadonlyArray<string>) =>
        modules.filter((path) => /\/@effect\/sql-pg\/|storage\/postgres\//u.test(path))
      for (const args of [["--help"], ["leases", "list"], ["expire", "--help"], ["grants"], ["sync"]]) {
        assert.deepStrictEqual(ofDatabase(yield* modulesOf(folder, args, environment)), [], args.join(" "))
      }
      const url = Redacted.value(yield* (yield* sharedPostgres).freshDatabase)
      const withOne = { ...rest, BATON_DATABASE_URL: url }
      assert.isNotEmpty(ofDatabase(yield* modulesOf(folder, ["leases", "list"], withOne)))
      // It is opened where something is looked up in it.
      assert.deepStrictEqual(ofDatabase(yield* modulesOf(folder, ["stats"], withOne)), [])
    }),
)
