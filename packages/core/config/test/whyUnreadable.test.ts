// What is said of a file that a setting names and that cannot be read.
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { whyUnreadable } from "../src/index.ts"

const here = fileURLToPath(import.meta.url)

describe("a file that cannot be read", () => {
  it.for([
    [`${here}.none`, "does not exist"],
    [`${here}/none`, "does not exist"],
    [fileURLToPath(new URL(".", import.meta.url)), "cannot be read: it is a directory"],
  ] as const)("is said to be what Node found there: %s", ([path, why]) => {
    try {
      readFileSync(path)
      assert.fail("it can be read")
    } catch (cause) {
      assert.strictEqual(whyUnreadable(cause), why)
    }
  })
})
