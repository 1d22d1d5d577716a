// Sends one request through @slack/web-api's WebClient, which forms the request: URL, form body, headers. All else that
// it offers is off, as Effect owns it: its retries, its queue, and its pause of the whole client after a 429.
//
// Its `fetch` hook runs in the caller's AsyncLocalStorage context as long as its queue is unlimited. Through it come the
// signal, which WebClient has no option for, and the token of the moment; and out of it goes the reply, which is read
// here: WebClient forgets the status, takes a body that is no JSON for Slack's error code, and prepares every reply for a
// debug line even when nobody logs, at 26 ms for a page of 999 members.
import { type HttpFetch, type HttpReply, readReply } from "@rollcall/api-client"
import { LogLevel, WebAPIRequestError, WebClient } from "@slack/web-api"
import { AsyncLocalStorage } from "node:async_hooks"
import type { SlackArguments } from "../SlackCall.ts"

/** One request. */
export interface SlackRequest {
  readonly method: string
  readonly arguments: SlackArguments
  readonly token: string
  /** Aborting it closes the connection. */
  readonly signal: AbortSignal
}

interface Ongoing extends SlackRequest {
  reply?: HttpReply
}

const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
}

/** A function that sends requests. It rejects only where no whole reply came, with what `fetch` or the reading gave. */
export const makeExchange = (options: {
  readonly baseUrl: string
  readonly fetch: HttpFetch
  readonly longestReplyBytes: number
}): ((request: SlackRequest) => Promise<HttpReply>) => {
  const ongoing = new AsyncLocalStorage<Ongoing>()
  const client = new WebClient(undefined, {
    slackApiUrl: options.baseUrl,
    allowAbsoluteUrls: false,
    logger: silent,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    fetch: async (url, init) => {
      const request = ongoing.getStore()
      if (request === undefined) throw new Error("WebClient called fetch outside the context of its request.")
      const response = await options.fetch(String(url), {
        ...init,
        headers: { ...init?.headers, Authorization: `Bearer ${request.token}` },
        // Slack redirects no call. Where something else does, its status tells more than an error would.
        redirect: "manual",
        signal: request.signal,
      })
      request.reply = await readReply(response, options.longestReplyBytes)
      return new Response('{"ok":true}')
    },
  })
  return async (request) => {
    const own: Ongoing = { ...request }
    try {
      await ongoing.run(own, () => client.apiCall(request.method, formArguments(request.arguments)))
    } catch (error) {
      throw error instanceof WebAPIRequestError ? error.original : error
    }
    if (own.reply === undefined) throw new Error("WebClient ended without a request.")
    return own.reply
  }
}

/** Slack takes lists in a form as texts with commas; WebClient would send JSON. */
const formArguments = (args: SlackArguments): Record<string, string | number | boolean> => {
  const form: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined) form[name] = typeof value === "object" ? value.join(",") : value
  }
  return form
}
