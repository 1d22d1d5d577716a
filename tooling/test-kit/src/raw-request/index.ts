// A request byte by byte: no client puts a wrong Host, a second one, or a whole address into its first line.
import { connect } from "node:net"
import { Effect } from "effect"

export interface RawReply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Sends the text and reads until the server ends the connection. */
export const rawRequest = (port: number, text: string, address = "127.0.0.1"): Effect.Effect<RawReply> =>
  Effect.callback((resume) => {
    const socket = connect(port, address, () => socket.write(text))
    let read = ""
    socket.setEncoding("utf8").on("data", (more: string) => (read += more))
    socket.on("close", () => resume(Effect.succeed(replyOf(read))))
    socket.on("error", (cause) => resume(Effect.die(cause)))
    return Effect.sync(() => socket.destroy())
  })

const replyOf = (text: string): RawReply => {
  const [head = "", ...body] = text.split("\r\n\r\n")
  const [first = "", ...lines] = head.split("\r\n")
  return {
    status: Number(first.split(" ")[1]),
    headers: new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
    ),
    body: body.join("\r\n\r\n"),
  }
}

/** The text of a request: a method, a target, headers of which `undefined` is left out, and its content. */
export const requestText = (
  target: string,
  headers: Readonly<Record<string, string | undefined>>,
  method = "GET",
  content = "",
): string =>
  [
    `${method} ${target} HTTP/1.1`,
    ...Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`])),
    "Connection: close",
    "",
    content,
  ].join("\r\n")
