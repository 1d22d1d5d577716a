// A `fetch` that sends each request once and gives its reply again whenever the same is asked, so that a system which changes
// stands still, and trying a connector many times costs it no more calls than one sync.
import type { HttpFetch } from "@rollcall/api-client"
import { createHash } from "node:crypto"

/** Requests that were sent and recorded. */
export interface Recording {
  readonly fetch: HttpFetch
  /** Requests that were sent to the system, each attempt of a call once. */
  readonly calls: () => number
  /** Why a request was refused since this was asked last; nothing where none was. */
  readonly refusal: () => string | undefined
}

interface Reply {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: Uint8Array<ArrayBuffer> | null
}

/** Records what `send` is answered. At most `maxCalls` requests are sent; one beyond them is refused. */
export const recordedFetch = (send: HttpFetch, maxCalls: number): Recording => {
  const replies = new Map<string, Reply>()
  let calls = 0
  let refusal: string | undefined
  const fetch: HttpFetch = async (url, init) => {
    const key = keyOf(url, init)
    const known = replies.get(key)
    if (known !== undefined) return responseOf(known)
    if (calls >= maxCalls) {
      refusal = `the limit of ${maxCalls} calls was reached`
      throw new Error(refusal)
    }
    calls += 1
    const response = await send(url, init)
    // What may be otherwise the next time is no answer.
    return response.status === 429 || response.status >= 500
      ? response
      : recording(response, (reply) => replies.set(key, reply))
  }
  return {
    fetch,
    calls: () => calls,
    refusal: () => {
      const found = refusal
      refusal = undefined
      return found
    },
  }
}

/** The same for the same request of the same credential; hashed, so that no token is kept. */
const keyOf = (url: string, { method = "GET", headers, body }: RequestInit): string =>
  createHash("sha256")
    .update(JSON.stringify([method, url, [...new Headers(headers)], textOf(body)]))
    .digest("base64")

const textOf = (body: RequestInit["body"]): string => {
  if (body === undefined || body === null) return ""
  return typeof body === "string" ? body : body instanceof Uint8Array ? Buffer.from(body).toString("base64") : "?"
}

/** The response, which is recorded when its body was read to its end: so what the client bounds is bounded here too. */
const recording = (response: Response, record: (reply: Reply) => void): Response => {
  const { status } = response
  const headers = [...response.headers]
  if (response.body === null) {
    record({ status, headers, body: null })
    return response
  }
  const chunks: Array<Uint8Array> = []
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        chunks.push(chunk)
        controller.enqueue(chunk)
      },
      flush: () => record({ status, headers, body: Uint8Array.from(Buffer.concat(chunks)) }),
    }),
  )
  return new Response(body, { status, headers: [...response.headers] })
}

const responseOf = ({ status, headers, body }: Reply): Response =>
  new Response(body, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) })
