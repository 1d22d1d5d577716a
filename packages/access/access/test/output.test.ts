// Files that a command writes as text.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { StoreError } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import { writeText } from "../src/output/index.ts"

describe("writeText", () => {
  it.effect("writes all pieces in their order, for this user alone", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("output")
      const path = join(folder, "page.html")
      yield* writeText(path, { force: false }, Stream.make("Zoë ", "and ", "Ada"))
      assert.strictEqual(readFileSync(path, "utf8"), "Zoë and Ada")
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      assert.deepStrictEqual(readdirSync(folder), ["page.html"])
    }).pipe(Effect.scoped),
  )

  it.effect("leaves what stood there where the text fails in the middle, or where nobody asked to replace it", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("output")
      const path = join(folder, "page.html")
      writeFileSync(path, "before")
      const failing = Stream.concat(Stream.make("new"), Stream.fail("broken"))
      assert.strictEqual(yield* Effect.flip(writeText(path, { force: true }, failing)), "broken")
      const refused = yield* Effect.flip(writeText(path, { force: false }, Stream.make("new")))
      assert.instanceOf(refused, StoreError)
      assert.strictEqual(refused.reason, "CannotReplace")
      assert.strictEqual(readFileSync(path, "utf8"), "before")
      assert.deepStrictEqual(readdirSync(folder), ["page.html"])
      yield* writeText(path, { force: true }, Stream.make("new"))
      assert.strictEqual(readFileSync(path, "utf8"), "new")
    }).pipe(Effect.scoped),
  )
})
