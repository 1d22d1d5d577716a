import { readFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { OpenLog } from "../src/auditLogFile.ts"
import { appendLine } from "../src/auditLogFile.ts"

/** A real file, opened, that notes what is done with it; its disk can fail. */
const watchedFile = Effect.fnUntraced(function* (diskFails = false) {
  const folder = yield* scratchFolder("audit")
  const path = join(folder, "audit.ndjson")
  const file = yield* Effect.acquireRelease(
    Effect.promise(() => open(path, "a+")),
    (opened) => Effect.promise(() => opened.close()),
  )
  const done: Array<string> = []
  const watched: OpenLog = {
    stat: file.stat.bind(file),
    read: file.read.bind(file),
    write: new Proxy(file.write.bind(file), {
      apply: (write, _this, args: Parameters<typeof file.write>) => {
        done.push("write")
        return Reflect.apply(write, undefined, args)
      },
    }),
    sync: async () => {
      done.push(`sync ${readFileSync(path, "utf8")}`)
      if (diskFails) throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" })
      await file.sync()
    },
  }
  return { path, watched, done }
})

describe("a line of the log", () => {
  it.effect("is written as one piece, and is on the disk before it counts", () =>
    Effect.gen(function* () {
      const { path, watched, done } = yield* watchedFile()
      assert.deepStrictEqual(yield* appendLine(path, watched, "one\n"), { isFirst: true })
      assert.deepStrictEqual(done, ["write", "sync one\n"])
      assert.deepStrictEqual(yield* appendLine(path, watched, "two\n"), { isFirst: false })
      assert.deepStrictEqual(done.slice(2), ["write", "sync one\ntwo\n"])
    }),
  )

  it.effect("does not count where the disk cannot take it", () =>
    Effect.gen(function* () {
      const { path, watched } = yield* watchedFile(true)
      assert.strictEqual((yield* Effect.flip(appendLine(path, watched, "one\n"))).reason, "CannotWrite")
    }),
  )
})
