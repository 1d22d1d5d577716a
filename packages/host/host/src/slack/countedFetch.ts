// Counts the requests that clients send, each attempt of a call once.
import { type HttpFetch, makeFetch } from "@rollcall/api-client"
import { Effect } from "effect"

/** A `fetch` for the clients, and how many requests it has sent. */
export const countedFetch = (): {
  readonly fetch: HttpFetch
  readonly calls: Effect.Effect<number>
} => {
  const fetch = makeFetch()
  let sent = 0
  return {
    fetch: (url, init) => {
      sent += 1
      return fetch(url, init)
    },
    calls: Effect.sync(() => sent),
  }
}
