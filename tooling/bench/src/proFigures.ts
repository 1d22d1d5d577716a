// How many calls a full sync takes, and how long it waits at Slack's published limits. The simulated Slack is called in
// this process and time is virtual, so the figures are exact and the same on any machine.
import { memoryOutput, runSync } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import { slackPro } from "@rollcall/slack-pro"
import { makeSimulator } from "@rollcall/slack-simulator"
import { Clock, Effect, Layer, Redacted } from "effect"
import type { Figure } from "./Figure.ts"
import { callFigures, fewestCalls } from "./slackBounds.ts"
import { virtualClock } from "@rollcall/test-kit/virtual-time"

/** The figures of one workspace of this many people. */
export const proFigures = async (users: number): Promise<ReadonlyArray<Figure>> => {
  const time = virtualClock()
  const sync = Effect.gen(function* () {
    const slack = yield* makeSimulator({ users, userGroups: 50, rateLimits: "published" })
    const client = SlackWebApi.layer({
      baseUrl: slack.webApiUrl,
      fetch: (input, init) => time.inFlight(slack.fetch(input, init)),
    }).pipe(Layer.provide([Resilience.layer, SlackToken.layer(Redacted.make(slack.botToken))]))
    yield* Effect.provide(runSync(slackPro), [client, memoryOutput().layer])
    return slack.calls()
  })
  const calls = await Effect.runPromise(Effect.provideService(sync, Clock.Clock, time.clock))
  const seconds = time.elapsedMilliseconds() / 1000
  const size = { users, name: `${users.toLocaleString("en")} people` }
  return callFigures({ calls, seconds }, size, { exactly: fewestCalls(users) })
}
