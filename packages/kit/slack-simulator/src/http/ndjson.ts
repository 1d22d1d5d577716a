// Newline-delimited JSON, made while it is sent.
import type { SimulatorReply } from "./exchange.ts"

const chunkSize = 64 * 1024

/** A line for each value, in chunks of some 64 KiB. */
export function* linesOf(values: Iterable<unknown>): Generator<string> {
  let chunk = ""
  for (const value of values) {
    chunk += `${JSON.stringify(value)}\n`
    if (chunk.length >= chunkSize) {
      yield chunk
      chunk = ""
    }
  }
  if (chunk !== "") yield chunk
}

/** A reply of such lines. */
export const ndjsonReply = (body: Iterable<string>): SimulatorReply => ({
  status: 200,
  headers: { "content-type": "application/x-ndjson; charset=utf-8" },
  body,
})
