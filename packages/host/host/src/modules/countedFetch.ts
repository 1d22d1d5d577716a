// How the clients of connectors send requests, counted. Loaded when a connector is opened: HTTP takes a part of the time of
// `--help`.
import { type HttpFetch, makeFetch } from "@rollcall/api-client"
import { Effect } from "effect"

/** A `fetch` for the clients, and how many requests it has sent, each attempt of a call once. */
export const countedFetch = (): { readonly fetch: HttpFetch; readonly calls: Effect.Effect<number> } => {
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
