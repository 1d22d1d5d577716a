// Pages of `users.list` for a step that knows nothing but its cursor. A page asks for as many members as Slack
// documents, 999. A large workspace can answer that with `limit_required`, a 5xx or nothing in time: then the same page is
// asked for again with 200, at once and not after the usual retries, and so are all that follow, because the size travels
// with the cursor.
// Source: https://docs.slack.dev/reference/methods/users.list
import { Effect } from "effect"
import type { SlackReasonTag } from "./error/SlackReason.ts"
import type { TeamArgument, UsersList } from "./SlackCall.ts"
import { largestPageOf } from "./methods.ts"
import { SlackError } from "./SlackError.ts"
import { SlackWebApi } from "./SlackWebApi.ts"

/** Members that the first page asks for. */
export const largePage: number = largestPageOf("users.list")

/** Members that a page asks for once a large one has failed. */
export const smallPage = 200

/** Where a page begins, and how many members it asks for. */
export interface UsersCursor {
  readonly size: number
  /** Slack's cursor; absent for the first page. */
  readonly cursor?: string
}

/** The text of a cursor, such as `200:dXNlcjpVMEc5V0ZYTlo=`. */
export const usersCursorText = (size: number, cursor: string): string => `${size}:${cursor}`

/** The opposite of {@link usersCursorText}; absent where the text is none of its. */
export const parseUsersCursor = (text: string): Required<UsersCursor> | undefined => {
  const parts = /^(?<size>[1-9]\d*):(?<cursor>.+)$/su.exec(text)?.groups
  if (parts?.["size"] === undefined || parts["cursor"] === undefined) return undefined
  const size = Number(parts["size"])
  return size > largePage ? undefined : { size, cursor: parts["cursor"] }
}

/** Failures by which a large workspace shows that the page was too large for it. */
const tooLarge: ReadonlyArray<SlackReasonTag> = ["LimitRequired", "ServerError", "ServerFault", "TimedOut"]

/**
 * The page that `cursorText` names, or the first; `next` in the result is the text that names the page after it, absent
 * at the end. Fails with the reason `InvalidCursor` where Slack, or this function, does not take the cursor.
 */
export const usersPage = Effect.fn("usersPage")(function* (
  cursorText?: string,
  team: TeamArgument = {},
): Effect.fn.Return<UsersList, SlackError, SlackWebApi> {
  const from: UsersCursor | undefined = cursorText === undefined ? { size: largePage } : parseUsersCursor(cursorText)
  if (from === undefined) {
    return yield* new SlackError({
      method: "users.list",
      reason: { _tag: "InvalidCursor", code: "invalid_cursor" },
    })
  }
  const api = yield* SlackWebApi
  const ask = (size: number, failFast: ReadonlyArray<SlackReasonTag>) =>
    Effect.map(api.usersList({ ...team, limit: size, cursor: from.cursor }, { failFast }), ({ next, ...page }) => ({
      ...page,
      ...(next === undefined ? {} : { next: usersCursorText(size, next) }),
    }))
  if (from.size <= smallPage) return yield* ask(from.size, [])
  return yield* Effect.catchIf(
    ask(from.size, tooLarge),
    (error) => tooLarge.includes(error.reason._tag),
    () => ask(smallPage, []),
  )
})
