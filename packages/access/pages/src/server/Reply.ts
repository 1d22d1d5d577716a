// What is sent back, with the headers that every reply has.
import type { Page } from "../htmlPage.ts"
import { htmlPage, pageJson, policyOf } from "../htmlPage.ts"
import { Effect, Stream } from "effect"

/** A reply before it is written. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

// Nothing is kept in a cache, framed, read by another site, taken for another kind of content, or told to where a link leads.
const always: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
}

const noFrames = "frame-ancestors 'none'"

/** A page. */
export const pageReply = (status: number, page: Page, headers: Reply["headers"] = {}): Effect.Effect<Reply> =>
  Effect.map(Stream.runCollect(htmlPage(page)), (pieces) => ({
    status,
    headers: {
      ...always,
      "content-security-policy": `${policyOf(page)}; ${noFrames}`,
      "content-type": "text/html; charset=utf-8",
      ...headers,
    },
    body: pieces.join(""),
  }))

/** A sentence instead of a page. The connection ends with it, so that nothing more of the request is read. */
export const textReply = (status: number, text: string, headers: Reply["headers"] = {}): Reply => ({
  status,
  headers: {
    ...always,
    "content-security-policy": `default-src 'none'; ${noFrames}`,
    "content-type": "text/plain; charset=utf-8",
    connection: "close",
    ...headers,
  },
  body: `${text}\n`,
})

/** Data for the script of a page, as in the page itself. */
export const jsonReply = (status: number, data: unknown): Reply => ({
  status,
  headers: {
    ...always,
    "content-security-policy": `default-src 'none'; ${noFrames}`,
    "content-type": "application/json; charset=utf-8",
  },
  body: pageJson(data),
})

/** Only headers. */
export const emptyReply = (status: number, headers: Reply["headers"]): Reply => ({
  status,
  headers: { ...always, ...headers },
  body: "",
})
