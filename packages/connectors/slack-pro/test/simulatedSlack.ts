// The Web API client of a simulated Slack that runs for one test.
import { Resilience } from "@rollcall/resilience"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect, Layer, Redacted } from "effect"

/** The scopes that a Pro sync can use. */
export const readScopes = ["team:read", "usergroups:read", "users:read", "users:read.email"]

/** A client of a fresh simulated workspace, and the workspace itself. */
export const simulatedSlack = (
  options: SimulatorOptions,
  { token = "bot", scopes = readScopes }: { token?: "bot" | "user"; scopes?: ReadonlyArray<string> } = {},
) =>
  Layer.unwrap(
    Effect.map(Simulator, ({ webApiUrl, botToken, userToken }) =>
      SlackWebApi.layer({ baseUrl: webApiUrl, speed: Infinity }).pipe(
        Layer.provide(Resilience.layer),
        Layer.provide(SlackToken.layer(Redacted.make(token === "bot" ? botToken : userToken))),
      ),
    ),
  ).pipe(Layer.provideMerge(Simulator.layer({ rateLimits: "off", botScopes: scopes, userScopes: scopes, ...options })))
