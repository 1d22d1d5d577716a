// Counts the requests that clients send, each attempt of a call once.
import type { SlackWebApiOptions } from "@rollcall/slack-api"
import { Effect } from "effect"

/** A `fetch` for the clients, and how many requests it has sent. */
export const countedFetch = (): {
  readonly fetch: NonNullable<SlackWebApiOptions["fetch"]>
  readonly calls: Effect.Effect<number>
} => {
  let sent = 0
  return {
    fetch: (url, init) => {
      sent += 1
      return fetch(url, init)
    },
    calls: Effect.sync(() => sent),
  }
}
