// The hash of the file that a report is made of, while others may replace it.
import { createHash } from "node:crypto"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { fileMark, hashOfFile } from "../src/index.ts"

const marked = Effect.gen(function* () {
  const path = join(yield* scratchFolder("report"), "sync.c1z")
  writeFileSync(path, "first")
  return { path, mark: yield* fileMark(path) }
})

describe("The hash of a file", () => {
  it.effect("is the SHA-256 of what stood there from the mark on.", () =>
    Effect.gen(function* () {
      const { path, mark } = yield* marked
      assert.deepStrictEqual(yield* hashOfFile(path, mark), {
        sha256: createHash("sha256").update("first").digest("hex"),
        bytes: 5,
      })
    }).pipe(Effect.scoped),
  )

  it.effect("is not given where another file of the same length took its place.", () =>
    Effect.gen(function* () {
      const { path, mark } = yield* marked
      rmSync(path)
      writeFileSync(path, "other")
      const failure = yield* Effect.flip(hashOfFile(path, mark))
      assert.strictEqual(failure.reason, "Busy")
      assert.match(failure.message, /was replaced while it was read/u)
    }).pipe(Effect.scoped),
  )

  it.effect("fails where the file is gone.", () =>
    Effect.gen(function* () {
      const { path, mark } = yield* marked
      rmSync(path)
      assert.strictEqual((yield* Effect.flip(hashOfFile(path, mark))).reason, "Unreadable")
    }).pipe(Effect.scoped),
  )
})
