// The token, as a service, because its value can change while the process runs. It is asked for before every attempt of
// a call. A token that lives in a file comes from the app.
import type { TokenSource } from "@rollcall/api-client"
import { Context, Effect, Layer, type Redacted } from "effect"

/** Where the current token comes from. */
export class ScimToken extends Context.Service<ScimToken, { readonly current: TokenSource }>()(
  "@rollcall/scim-client/ScimToken",
) {
  /** A token that stays as it is. */
  static readonly layer = (token: Redacted.Redacted): Layer.Layer<ScimToken> =>
    Layer.succeed(ScimToken, { current: Effect.succeed(token) })
}
