import { execFile } from "node:child_process"
import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"

/** Runs a program that uses the cache beside it, and gives the files that are then in the folder. */
const filesAfterRun = Effect.fnUntraced(function* (prepare: (compiled: string) => void) {
  const folder = yield* scratchFolder("compiled")
  const compiled = join(folder, "compiled")
  const source = new URL("../src/modules/compileCache.ts", import.meta.url).href
  writeFileSync(join(folder, "part.mjs"), "export const part = 1")
  writeFileSync(
    join(folder, "main.mjs"),
    `import { useCompileCache } from ${JSON.stringify(source)}\nuseCompileCache(import.meta.url)\nawait import("./part.mjs")`,
  )
  prepare(compiled)
  yield* Effect.promise(() => promisify(execFile)(process.execPath, [join(folder, "main.mjs")]))
  return readdirSync(folder).includes("compiled") ? readdirSync(compiled, { recursive: true }).length : 0
})

describe("what is compiled is kept", () => {
  it.live("in a folder of the user alone", () =>
    Effect.gen(function* () {
      assert.isAbove(yield* filesAfterRun((compiled) => mkdirSync(compiled, { mode: 0o700 })), 1)
    }),
  )

  it.live("and not where there is no folder, where others can write, or where something else is in it", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* filesAfterRun(() => undefined), 0)
      const others = (compiled: string) => {
        mkdirSync(compiled)
        chmodSync(compiled, 0o755)
      }
      assert.strictEqual(yield* filesAfterRun(others), 0)
      const open = (compiled: string) => {
        mkdirSync(compiled, { mode: 0o700 })
        writeFileSync(join(compiled, "code"), "")
        chmodSync(join(compiled, "code"), 0o666)
      }
      assert.strictEqual(yield* filesAfterRun(open), 1)
      const link = (compiled: string) => {
        mkdirSync(compiled, { mode: 0o700 })
        symlinkSync("nowhere", join(compiled, "link"))
      }
      assert.strictEqual(yield* filesAfterRun(link), 1)
    }),
  )

  it.live.skipIf(process.getuid?.() !== 0)(
    "and not where the folder is somebody else's (skipped where a test may not give it away)",
    () =>
      Effect.gen(function* () {
        const foreign = (compiled: string) => {
          mkdirSync(compiled, { mode: 0o700 })
          chownSync(compiled, 1234, 1234)
        }
        assert.strictEqual(yield* filesAfterRun(foreign), 0)
      }),
  )
})
