// The clients of a simulated Business+ workspace that runs for one test.
import { Resilience } from "@rollcall/resilience"
import { ScimClient, ScimToken, slackDialect } from "@rollcall/scim-client"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect, Layer, Redacted } from "effect"
import { AdminWebApi } from "../src/index.ts"

/** What the tokens may do; the bot token's scopes are those of Pro. */
export const readScopes = ["team:read", "usergroups:read", "users:read", "users:read.email"]

/** How the tokens are used. */
export interface TokenOptions {
  /** The Business+ token serves the Web API too. */
  readonly oneToken?: boolean
  /** Tokens in place of those of the workspace. */
  readonly reader?: "user" | "unknown"
  readonly admin?: "bot" | "unknown"
  readonly botScopes?: ReadonlyArray<string>
  readonly userScopes?: ReadonlyArray<string>
}

/** Clients of a fresh simulated workspace, and the workspace itself. */
export const simulatedSlack = (
  options: SimulatorOptions,
  { oneToken = false, reader, admin: holder, botScopes = readScopes, userScopes = ["admin"] }: TokenOptions = {},
) =>
  Layer.unwrap(
    Effect.map(Simulator, ({ webApiUrl, scimUrl, botToken, userToken }) => {
      const webApi = (token: string) =>
        SlackWebApi.layer({ baseUrl: webApiUrl, speed: Infinity }).pipe(
          Layer.provide(SlackToken.layer(Redacted.make(token))),
        )
      const tokens = { bot: botToken, user: userToken, unknown: "xoxp-0-unknown" }
      const admin = Layer.effect(AdminWebApi, SlackWebApi).pipe(Layer.provide(webApi(tokens[holder ?? "user"])))
      const scim = ScimClient.layer({
        baseUrl: scimUrl,
        version: options.gov === true ? "v1" : "v2",
        dialect: slackDialect,
        speed: Infinity,
      }).pipe(Layer.provide(ScimToken.layer(Redacted.make(userToken))))
      return Layer.mergeAll(webApi(tokens[reader ?? (oneToken ? (holder ?? "user") : "bot")]), admin, scim).pipe(
        Layer.provide(Resilience.layer),
      )
    }),
  ).pipe(
    Layer.provideMerge(
      Simulator.layer({
        plan: "business-plus",
        rateLimits: "off",
        activeDelayMillis: 0,
        botScopes,
        userScopes,
        ...options,
      }),
    ),
  )
