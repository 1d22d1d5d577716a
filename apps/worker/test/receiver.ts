// A receiver of webhooks on this machine, which a test scripts, and which checks signatures with Node's own HMAC.
import { createHmac, timingSafeEqual } from "node:crypto"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { Effect } from "effect"

/** A message that arrived. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What it answers: a status, or that and headers, once something has happened. */
export type ReceiverReply =
  | number
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly after?: Promise<unknown> | undefined
    }

/** A receiver that is gone when the scope ends; `replies` are given in turn, and 204 after them. */
export const startReceiver = (...replies: ReadonlyArray<ReceiverReply>) =>
  Effect.gen(function* () {
    const received: Array<Received> = []
    const left = [...replies]
    const server = createServer((request, response) => {
      const respond = async () => {
        let body = ""
        for await (const chunk of request.setEncoding("utf8")) body += String(chunk)
        received.push({ path: request.url ?? "", headers: request.headers, body })
        const reply = left.shift() ?? 204
        const { status, headers = {}, after } = typeof reply === "number" ? { status: reply } : reply
        await after
        response.writeHead(status, headers).end(status === 204 ? undefined : `no: ${request.url}`)
      }
      void respond()
    })
    const port = yield* Effect.acquireRelease(
      Effect.callback<number>((resume) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
        })
      }),
      () =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        }),
    )
    return {
      /** Its path is as secret as that of a webhook of Slack's. */
      url: `http://127.0.0.1:${port}/hooks/T0/s3cr3tpath`,
      received,
      answer: (...more: ReadonlyArray<ReceiverReply>) => void left.push(...more),
    }
  })

/** Whether one of the signatures is of this message and this secret: https://www.standardwebhooks.com/verify */
export const isSigned = ({ headers, body }: Received, secret: string): boolean => {
  const [, key = ""] = secret.split("_")
  const content = [headers["webhook-id"], headers["webhook-timestamp"], body].join(".")
  const expected = createHmac("sha256", Buffer.from(key, "base64")).update(content).digest()
  return String(headers["webhook-signature"])
    .split(" ")
    .some((signature) => {
      const [version, text = ""] = signature.split(",")
      const given = Buffer.from(text, "base64")
      return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected)
    })
}
