// How these tests call a simulated Slack: over its real HTTP port, as any client would.
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { RunningSimulator } from "../src/index.ts"

/** What a reply holds, whose shape is what the tests are about. */
export type Untyped = ReturnType<typeof JSON.parse>
type Json = Record<string, Untyped>

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; empty where it is none. */
  readonly json: Json
}

/** Any request below the simulator's root. A broken connection fails. */
export const request = (simulator: RunningSimulator, path: string, init: RequestInit = {}) =>
  Effect.tryPromise(async (signal): Promise<Reply> => {
    const response = await fetch(`${simulator.url}${path}`, { signal, ...init })
    const text = await response.text()
    const isJson = /^[{[]/.test(text) && !text.includes("}\n{")
    let json: Json = {}
    try {
      json = isJson ? JSON.parse(text) : {}
    } catch {
      json = {}
    }
    return { status: response.status, headers: response.headers, text, json }
  })

/** A Web API call as @slack/web-api makes it: POST, form, bearer token (the bot's, unless another is given). */
export const call = (
  simulator: RunningSimulator,
  method: string,
  args: Record<string, string> = {},
  token: string | null = simulator.botToken,
) =>
  request(simulator, `/api/${method}`, {
    method: "POST",
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    body: new URLSearchParams(args),
  })

/** Follows the cursors of users.list to the end: the pages' members, in order. */
export const walk = Effect.fnUntraced(function* (simulator: RunningSimulator, args: Record<string, string> = {}) {
  const pages: Array<Array<Json>> = []
  let cursor: string | undefined
  do {
    const { json } = yield* call(simulator, "users.list", {
      limit: "200",
      ...args,
      ...(cursor === undefined ? {} : { cursor }),
    })
    if (json["ok"] !== true) return yield* Effect.die(new Error(`users.list answered ${JSON.stringify(json)}`))
    pages.push(json["members"])
    cursor = json["response_metadata"].next_cursor
  } while (cursor !== "" && pages.length < 100)
  return pages
})

/** A recorded fixture's path; undefined in a checkout without the fixtures. */
export const fixture = (path: string): string | undefined => {
  const file = fileURLToPath(new URL(`../../../../../shared/fixtures/${path}`, import.meta.url))
  return existsSync(file) ? file : undefined
}
