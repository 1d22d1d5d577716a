// What becomes of a call whose stream closes, with a stream that no program but the test sees.
import { Code, ConnectError } from "@connectrpc/connect"
import { EventEmitter } from "node:events"
import { constants } from "node:http2"
import { assert, describe, it } from "vitest"
import { failUnanswered } from "../src/service/channel.ts"

/** Closes a stream after these events and with this code; gives the errors that it told. */
const errorsOf = (rstCode: number, ...before: ReadonlyArray<"response">) => {
  const errors: Array<unknown> = []
  const stream = Object.assign(new EventEmitter(), { rstCode })
  stream.on("error", (error) => errors.push(error))
  failUnanswered(stream)
  for (const event of before) stream.emit(event)
  stream.emit("close")
  return errors
}

describe("a call to ConductorOne whose stream closes", () => {
  it("fails as unavailable if it had no answer yet", () => {
    const [error] = errorsOf(constants.NGHTTP2_NO_ERROR)
    assert.instanceOf(error, ConnectError)
    assert.strictEqual(ConnectError.from(error).code, Code.Unavailable)
  })

  it("does not fail if it was answered before", () => {
    assert.deepStrictEqual(errorsOf(constants.NGHTTP2_NO_ERROR, "response"), [])
  })

  it("fails with Node's own error if the stream was reset", () => {
    assert.deepStrictEqual(errorsOf(constants.NGHTTP2_INTERNAL_ERROR), [])
  })
})
