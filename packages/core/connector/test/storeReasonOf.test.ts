import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { exitCodes, StoreError, storeReasonOf, systemCodeOf, whatStandsThere } from "../src/index.ts"

const exitCodeOf = (code: string) => {
  const reason = storeReasonOf(Object.assign(new Error(code), { code }))
  return exitCodes[new StoreError({ reason, message: "", hint: "" }).kind]
}

describe("a file that Node cannot read or write", () => {
  it.for(["ENOSPC", "EDQUOT", "EFBIG"])("is cannotWrite, 74, where the disk is full: %s", (code) => {
    assert.strictEqual(exitCodeOf(code), 74)
  })

  it.for(["EIO", "ESTALE", "EMFILE", ""])("is cannotWrite, 74, where the disk fails in another way: %s", (code) => {
    assert.strictEqual(exitCodeOf(code), 74)
  })

  it.for(["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENXIO"])(
    "is configuration, 78, where the file cannot be at its place: %s",
    (code) => {
      assert.strictEqual(exitCodeOf(code), 78)
    },
  )

  it("is told by what Node throws", () => {
    try {
      readFileSync(fileURLToPath(new URL("none", import.meta.url)))
      assert.fail("there is such a file")
    } catch (cause) {
      assert.deepStrictEqual([systemCodeOf(cause), storeReasonOf(cause)], ["ENOENT", "NotFound"])
    }
  })

  it.for([
    ["EISDIR", "a directory"],
    ["ELOOP", "a link"],
    ["ENXIO", "a socket or a pipe"],
    ["", "a directory, a link or a device"],
  ] as const)("is said to be what stands there: %s, %s", ([code, what]) => {
    assert.strictEqual(whatStandsThere({ code }), what)
  })

  it.for([undefined, null, "ENOSPC", { code: "toString" }])("is CannotWrite where Node gave no code: %o", (cause) => {
    assert.strictEqual(storeReasonOf(cause), "CannotWrite")
  })
})
