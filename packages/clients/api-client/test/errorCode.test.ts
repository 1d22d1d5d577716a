import { assert, describe, it } from "@effect/vitest"
import { errorCodeOf } from "../src/index.ts"

const isKnown = (word: string) => word === "email_taken"

describe("the code in what a server says", () => {
  it.each<readonly [string, string | undefined]>([
    ["email_taken", "email_taken"],
    [" email_taken ", "email_taken"],
    ["email_taken (email=ada@example.com)", "email_taken"],
    ["email_taken: Ada has it", "email_taken"],
    ["email_taken.", "email_taken"],
    ["email_taken. Ada has it.", "email_taken"],
    ["brand-new.code", "brand-new.code"],
    ["brand_new (user=U1)", "brand_new"],
    ["brand_new, says Ada", undefined],
    ["email_taken_twice by Ada", undefined],
    ["Ada (U1)", undefined],
    ["Ada Byron may not do this", undefined],
    ["", undefined],
  ])("of %j is %s", (text, code) => {
    assert.strictEqual(errorCodeOf(text, isKnown), code)
  })
})
