// The token, as a service, because its value can change while the process runs. It is asked for before every attempt of
// a call. A token that lives in a file comes from the app.
import type { TokenSource } from "@rollcall/api-client"
import { Context, Effect, Layer, type Redacted } from "effect"

/** Where the current token comes from. */
export class SlackToken extends Context.Service<SlackToken, { readonly current: TokenSource }>()(
  "@rollcall/slack-api/SlackToken",
) {
  /** A token that stays as it is. */
  static readonly layer = (token: Redacted.Redacted): Layer.Layer<SlackToken> =>
    Layer.succeed(SlackToken, { current: Effect.succeed(token) })
}
