import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { plainDecoder } from "../src/plainDecoder.ts"

const Name = Schema.String.check(Schema.isMinLength(1))
const Team = Schema.Struct({
  name: Name,
  size: Schema.optionalKey(Schema.Union([Schema.FiniteFromString, Schema.Finite])),
  names: Schema.optionalKey(Schema.Array(Name)),
})
const decode = plainDecoder(
  Team,
  new Map<unknown, (value: unknown) => boolean>([
    [Name, (value) => typeof value === "string" && value !== ""],
    [Schema.Finite, Number.isFinite],
  ]),
)

describe("a decoder made from a schema", () => {
  it("reads what is documented, without what nobody asked for", () => {
    const team = { name: "red", size: 3, names: ["a", "b"] }
    assert.deepStrictEqual(decode({ ...team, colour: "red" }), team)
    assert.deepStrictEqual(decode({ name: "red" }), { name: "red" })
  })

  it.each([
    ["a field is missing", {}],
    ["a field is odd", { name: "" }],
    ["an alternative is not among the leaves", { name: "red", size: "3" }],
    ["an entry of a list is odd", { name: "red", names: ["a", 7] }],
    ["a list is none", { name: "red", names: { 0: "a" } }],
    ["a record is a list", ["red"]],
    ["a record is nothing", null],
  ])("leaves a record to the schema where %s", (_, value) => assert.isUndefined(decode(value)))
})
