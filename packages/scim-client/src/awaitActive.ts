// Slack shows a change of `active` some seconds late: after an activation or deactivation the user is read until it shows.
// Source: https://github.com/slackapi/java-slack-sdk, whose live test polls for up to ten seconds
import { Clock, Effect } from "effect"
import type { ScimUser } from "./resources/ScimUser.ts"
import { ScimClient } from "./ScimClient.ts"
import type { ScimError } from "./ScimError.ts"

const firstPauseMillis = 250
const longestPauseMillis = 2000

/**
 * The user as soon as `active` is as expected, or as it was last seen after `withinMillis` (default 15 s): the caller looks
 * at `active` to know which.
 */
export const awaitActive = Effect.fn("awaitActive")(function* (
  id: string,
  active: boolean,
  { withinMillis = 15_000 }: { readonly withinMillis?: number } = {},
): Effect.fn.Return<ScimUser, ScimError, ScimClient> {
  const { users } = yield* ScimClient
  const end = (yield* Clock.currentTimeMillis) + withinMillis
  for (let pause = firstPauseMillis; ; pause = Math.min(longestPauseMillis, pause * 2)) {
    const user = yield* users.get(id)
    if (user.active === active || (yield* Clock.currentTimeMillis) + pause > end) return user
    yield* Effect.sleep(pause)
  }
})
