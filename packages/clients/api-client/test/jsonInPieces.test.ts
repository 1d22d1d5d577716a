import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { jsonInPieces } from "../src/jsonInPieces.ts"

/** What comes of a text: the reply with its list, and how many pieces the list was read in. */
const read = (text: string) => {
  const { body, pieces } = jsonInPieces(new TextEncoder().encode(text), {
    name: "members",
    decode: (entries) => entries,
  })
  return { body, entries: pieces.flat(), pieces: pieces.length }
}

/** What whole JSON of the text is. */
const expected = (text: string) => {
  const body = JSON.parse(text)
  const { members } = body
  return Array.isArray(members) ? { body: { ...body, members: [] }, entries: members } : { body, entries: [] }
}

const member = (index: number) => ({
  id: `U${index}`,
  name: "x".repeat(400),
  teams: [{ id: "T1" }, { id: "T2" }],
  text: index % 7 === 0 ? '}],"members":[{"id":"U0"},{' : "],{}",
})
const members = (count: number) => Array.from({ length: count }, (_, index) => member(index))

describe("a reply that is read in pieces", () => {
  it("is the same as one that is read whole, and is read in pieces where it is long", () => {
    const text = JSON.stringify({ ok: true, members: members(2000), response_metadata: { next_cursor: "dXNlcg==" } })
    const { pieces, ...found } = read(text)
    assert.deepStrictEqual(found, expected(text))
    assert.isAbove(pieces, 5)
  })

  const long = JSON.stringify(members(1500))
  it.each([
    ["a short list", `{"ok":true,"members":[{"id":"U1"}]}`],
    ["an empty list", `{"members":[]}`],
    ["no list", `{"ok":false,"error":"x"}`],
    ["something else in its place", `{"members":{"id":"U1"}}`],
    ["another list behind it", `{"members":${long},"others":[{"id":"U1"}]}`],
    ["another list behind it, deeper", `{"members":${long},"response_metadata":{"messages":["a","b"]}}`],
    ["a list of that name deeper in", `{"body":{"members":${long}}}`],
    ["a list of that name deeper in, and its own behind it", `{"body":{"members":${long}},"members":[1]}`],
    ["two lists of that name, of which the last counts", `{"members":${long},"members":[{"id":"U1"}]}`],
    ["two of that name, of which the last is no list", `{"members":${long},"members":7}`],
    ["a text in which such a list stands", JSON.stringify({ text: `"members":${long}`, members: [1, 2] })],
    ["white space", JSON.stringify({ members: members(900) }, null, 2)],
    ["entries of every kind", `{"members":[${`1,"},{",[],[{},{}],{},null,`.repeat(20_000)}{}]}`],
  ])("is the same where it has %s", (_, text) => {
    const { pieces: _pieces, ...found } = read(text)
    assert.deepStrictEqual(found, expected(text))
  })

  it.prop(
    "is no JSON where any character is lost",
    { at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10 ** 6 })) },
    ({ at }) => {
      const text = `{"ok":true,"members":${long},"cache_ts":1}`
      const cut = at % text.length
      const broken = text.slice(0, cut) + text.slice(cut + 1)
      const isJson = (() => {
        try {
          return JSON.parse(broken) !== undefined
        } catch {
          return false
        }
      })()
      const { pieces: _pieces, ...found } = read(broken)
      assert.deepStrictEqual(found, isJson ? expected(broken) : { body: undefined, entries: [] })
    },
    { arbitrary: { seed: 7, runs: 40 } },
  )
})
