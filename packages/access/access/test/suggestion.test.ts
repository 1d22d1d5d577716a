// What somebody who made a typing mistake may have meant.
import { assert, describe, it } from "@effect/vitest"
import { suggestion } from "../src/index.ts"

describe("a suggestion", () => {
  it.for([
    ["insert", "memer", "Did you mean member?"],
    ["remove", "memmber", "Did you mean member?"],
    ["replace", "nember", "Did you mean member?"],
    ["swap", "mebmer", "Did you mean member?"],
    ["two edits", "nenber", "Did you mean member?"],
    ["three edits", "nenner", ""],
    ["two edits of a short name", "teem", ""],
    ["nothing alike", "workspace", ""],
  ] as const)("is the name that was probably meant, and no name that is far from it: %s", ([, typed, expected]) => {
    assert.strictEqual(suggestion(typed, ["owner", "member", "team2x"]), expected)
  })

  it("names the closest alone, and at most three that are equally close", () => {
    assert.strictEqual(suggestion("U0001", ["U0012", "U0001x", "U0011"]), "Did you mean U0001x or U0011?")
    assert.strictEqual(suggestion("U0", ["U1", "U2", "U3", "U4"]), "Did you mean U1, U2 or U3?")
  })
})
