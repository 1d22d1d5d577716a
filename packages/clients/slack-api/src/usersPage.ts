// Pages of `users.list` for a step that knows nothing but its cursor. A page asks for as many members as Slack
// documents, 999. A large workspace can answer that with a 5xx or nothing in time: then the same page is asked for again
// with half as many, at once and not after the usual retries, down to 200. `limit_required` goes straight to 200. Ten good
// pages climb one step back, so that one hiccup does not slow down a whole list: at Slack's 20 calls a minute, 100,000
// people take 5 minutes in pages of 999 and 25 in pages of 200. The size and the count of good pages travel with the cursor.
// Source: https://docs.slack.dev/reference/methods/users.list
import { Effect } from "effect"
import type { SlackReasonTag } from "./SlackError.ts"
import { SlackError } from "./SlackError.ts"
import type { TeamArgument, UsersList } from "./SlackCall.ts"
import { largestPageOf } from "./methods.ts"
import { SlackWebApi } from "./SlackWebApi.ts"

/** Members that the first page asks for. */
export const largePage: number = largestPageOf("users.list")

/** Members that a page asks for at least: with this many the usual retries apply. */
export const smallPage = 200

/** The sizes of a page, from the largest to the smallest. */
const sizes: ReadonlyArray<number> = [largePage, 500, 250, smallPage]

/** Good pages of one size after which the next one is a step larger. */
const goodPagesToClimb = 10

/** Where a page begins, and how many members it asks for. */
export interface UsersCursor {
  readonly size: number
  /** Pages of this size in a row that came at the first attempt or after retries of the same size. */
  readonly goodPages: number
  /** Slack's cursor; absent for the first page. */
  readonly cursor?: string
}

/** A page, and what was asked for in the end. */
export interface UsersPage extends UsersList {
  readonly asked: UsersCursor
}

/** The text of a cursor, such as `200+3:dXNlcjpVMEc5V0ZYTlo=`, or `999:…` where no good pages are counted. */
export const usersCursorText = ({ size, goodPages, cursor }: Required<UsersCursor>): string =>
  `${size}${goodPages === 0 ? "" : `+${goodPages}`}:${cursor}`

/** The opposite of {@link usersCursorText}; absent where the text is not a cursor of this list. */
export const parseUsersCursor = (text: string): Required<UsersCursor> | undefined => {
  const parts = /^(?<size>[1-9]\d{0,2})(?:\+(?<goodPages>\d{1,2}))?:(?<cursor>.+)$/su.exec(text)?.groups
  if (parts?.["size"] === undefined || parts["cursor"] === undefined) return undefined
  const size = Number(parts["size"])
  if (size > largePage) return undefined
  return { size, goodPages: Number(parts["goodPages"] ?? 0), cursor: parts["cursor"] }
}

/** Failures by which a large workspace shows that the page was too large for it. */
const tooLarge: ReadonlyArray<SlackReasonTag> = ["LimitRequired", "ServerError", "ServerFault", "TimedOut"]

const nextSmaller = (size: number): number => sizes.find((other) => other < size) ?? smallPage

const nextLarger = (size: number): number => sizes.findLast((other) => other > size) ?? largePage

/** The size of the page after a good one, and the good pages counted for it. At the largest size there is nothing to count. */
const afterGoodPage = ({ size, goodPages }: UsersCursor): Omit<UsersCursor, "cursor"> => {
  if (size >= largePage) return { size, goodPages: 0 }
  return goodPages + 1 < goodPagesToClimb
    ? { size, goodPages: goodPages + 1 }
    : { size: nextLarger(size), goodPages: 0 }
}

/**
 * The page that `cursorText` names, or the first; `next` in the result is the text that names the page after it, absent
 * at the end. Fails with the reason `InvalidCursor` where Slack, or this function, does not take the cursor.
 */
export const usersPage = Effect.fn("usersPage")(function* (
  cursorText?: string,
  team: TeamArgument = {},
): Effect.fn.Return<UsersPage, SlackError, SlackWebApi> {
  const from = cursorText === undefined ? { size: largePage, goodPages: 0 } : parseUsersCursor(cursorText)
  if (from === undefined) {
    return yield* new SlackError({
      method: "users.list",
      reason: { _tag: "InvalidCursor", code: "invalid_cursor" },
    })
  }
  const ask = (page: UsersCursor): Effect.Effect<UsersPage, SlackError, SlackWebApi> => {
    const failFast = page.size <= smallPage ? [] : tooLarge
    return Effect.catchIf(
      askFor(page, page.size, team, failFast),
      ({ reason }) => failFast.includes(reason._tag),
      ({ reason }) => {
        const size = reason._tag === "LimitRequired" ? smallPage : nextSmaller(page.size)
        return ask({ ...page, size, goodPages: 0 })
      },
    )
  }
  return yield* ask(from)
})

/** A page once more, asked for with this many members; the pages after it have the size of the first asking. */
export const usersPageAgain = Effect.fn("usersPageAgain")((page: UsersCursor, limit: number, team: TeamArgument = {}) =>
  askFor(page, limit, team, []),
)

const askFor = Effect.fnUntraced(function* (
  page: UsersCursor,
  limit: number,
  team: TeamArgument,
  failFast: ReadonlyArray<SlackReasonTag>,
): Effect.fn.Return<UsersPage, SlackError, SlackWebApi> {
  const api = yield* SlackWebApi
  const { next, ...list } = yield* api.usersList({ ...team, limit, cursor: page.cursor }, { failFast })
  return {
    ...list,
    asked: page,
    ...(next === undefined ? {} : { next: usersCursorText({ ...afterGoodPage(page), cursor: next }) }),
  }
})
