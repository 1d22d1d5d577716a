import { BinaryWriter } from "@bufbuild/protobuf/wire"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { RecordWriter } from "../src/encode/RecordWriter.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** One thing that is written; `fork` begins a message inside the one before, and `join` ends it. */
const Part = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("fork") }),
  Schema.Struct({ kind: Schema.Literal("join") }),
  Schema.Struct({ kind: Schema.Literal("varint"), value: whole(0, 2 ** 31 - 1) }),
  Schema.Struct({ kind: Schema.Literal("whole"), value: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) }),
  Schema.Struct({ kind: Schema.Literal("double"), value: Schema.Finite }),
  Schema.Struct({ kind: Schema.Literal("text"), value: Schema.String }),
  // Around the lengths at which the length takes a byte more, in characters of one to four bytes, and half of one.
  Schema.Struct({
    kind: Schema.Literal("long text"),
    length: Schema.Literals([0, 1, 42, 43, 63, 64, 127, 128, 5461, 5462, 16_383, 16_384]),
    unit: Schema.Literals(["a", "é", "€", "😀", "\u{0}", "\ud800"]),
  }),
  Schema.Struct({ kind: Schema.Literals(["bytes", "raw"]), value: Schema.Array(whole(0, 255)) }),
])

const write = (writer: BinaryWriter | RecordWriter, parts: ReadonlyArray<typeof Part.Type>): void => {
  let depth = 0
  for (const part of parts) {
    if (part.kind === "fork") {
      writer.fork()
      depth++
    } else if (part.kind === "join") {
      if (depth > 0) writer.join()
      depth = Math.max(0, depth - 1)
    } else if (part.kind === "varint") writer.uint32(part.value)
    else if (part.kind === "whole") writer.int64(part.value)
    else if (part.kind === "double") writer.double(part.value)
    else if (part.kind === "text") writer.string(part.value)
    else if (part.kind === "long text") writer.string(part.unit.repeat(part.length))
    else writer[part.kind](Uint8Array.from(part.value))
  }
  for (; depth > 0; depth--) writer.join()
}

describe("the writer of records", () => {
  const writer = new RecordWriter()

  it.prop(
    "writes the bytes of the library's writer, one message after another in the same memory",
    { parts: Schema.Array(Part) },
    ({ parts }) => {
      const expected = new BinaryWriter()
      write(expected, parts)
      write(writer.begin(), parts)
      assert.deepStrictEqual(Buffer.from(writer.copy()), Buffer.from(expected.finish()))
    },
    { arbitrary: { seed: 7, runs: 500 } },
  )

  it("forgets a message that was not finished", () => {
    writer.begin().fork().string("half")
    assert.deepStrictEqual([...writer.begin().uint32(7).written], [7])
    assert.throws(() => writer.join(), "No message was begun")
  })
})
