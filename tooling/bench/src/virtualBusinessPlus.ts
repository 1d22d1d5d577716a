// A simulated Business+ workspace in this process, on a virtual clock: what calls take and how long they wait at Slack's
// published limits, exactly and the same on any machine.
import { AuditLog } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { ScimClient, ScimToken, slackDialect } from "@rollcall/scim-client"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import { AdminWebApi } from "@rollcall/slack-business-plus"
import { makeSimulator, type SimulatedSlack, type SimulatorOptions } from "@rollcall/slack-simulator"
import { Clock, Effect, Layer, Redacted } from "effect"
import { virtualClock } from "@rollcall/test-kit/virtual-time"

/** What the work may use. */
export type BusinessPlusClients = SlackWebApi | AdminWebApi | ScimClient | AuditLog

/** What the work took. */
export interface VirtualRun<A> {
  readonly result: A
  readonly calls: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Runs work against a fresh simulated workspace. */
export const onVirtualBusinessPlus = async <A, E>(
  options: SimulatorOptions,
  work: Effect.Effect<A, E, BusinessPlusClients>,
): Promise<VirtualRun<A>> => {
  const time = virtualClock()
  const run = Effect.gen(function* () {
    const slack = yield* makeSimulator({ plan: "business-plus", rateLimits: "published", ...options })
    const result = yield* Effect.provide(work, clientsOf(slack, time.inFlight))
    return { result, calls: slack.calls() }
  })
  const { result, calls } = await Effect.runPromise(Effect.provideService(run, Clock.Clock, time.clock))
  return { result, calls, seconds: time.elapsedMilliseconds() / 1000 }
}

const clientsOf = (slack: SimulatedSlack, inFlight: <A>(work: Promise<A>) => Promise<A>) => {
  const fetch = (input: string | URL | Request, init?: RequestInit) => inFlight(slack.fetch(input, init))
  const webApi = (token: string) =>
    SlackWebApi.layer({ baseUrl: slack.webApiUrl, fetch }).pipe(Layer.provide(SlackToken.layer(Redacted.make(token))))
  const scim = ScimClient.layer({ baseUrl: slack.scimUrl, version: "v2", dialect: slackDialect, share: 0.5, fetch })
  return Layer.mergeAll(
    webApi(slack.botToken),
    Layer.effect(AdminWebApi, SlackWebApi).pipe(Layer.provide(webApi(slack.userToken))),
    scim.pipe(Layer.provide(ScimToken.layer(Redacted.make(slack.userToken)))),
    Layer.succeed(AuditLog, { append: () => Effect.void }),
  ).pipe(Layer.provide(Resilience.layer))
}
