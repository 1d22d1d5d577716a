// The workspaces of the sweep, and the connector of each over a faulty fetch.
import { provideConnector, type Connector } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { ScimClient, ScimToken, slackDialect } from "@rollcall/scim-client"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import { AdminWebApi, slackBusinessPlus, type SlackBusinessPlusOptions } from "@rollcall/slack-business-plus"
import { slackPro } from "@rollcall/slack-pro"
import type { Fetch, SimulatedSlack, SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect, Layer, Redacted, type Scope } from "effect"

/** A workspace and how it is read. */
export interface World {
  readonly name: string
  readonly simulator: SimulatorOptions
  /** Absent for Slack Pro. */
  readonly businessPlus?: SlackBusinessPlusOptions
  /** The methods at fault, where a world differs from another in them alone; absent: all that a healthy sync calls. */
  readonly methods?: ReadonlyArray<string>
  /** Most records on a page; absent: as many as the client asks for. */
  readonly most?: number
}

// Enough people and groups for three pages of each list, and for the guard against a list that collapses.
const size = { users: 30, userGroups: 22, idpGroups: 32, rateLimits: "off" } as const

/** Worlds of the test command. */
export const worlds: ReadonlyArray<World> = [
  { name: "Pro", simulator: { ...size, plan: "pro", idpGroups: 0 }, most: 13 },
  { name: "Business+", simulator: { ...size, plan: "business-plus" }, businessPlus: {}, most: 13 },
  {
    name: "Business+ with required IdP groups",
    simulator: { ...size, plan: "business-plus" },
    businessPlus: { sso: true },
    methods: ["scim.groups.list"],
    most: 13,
  },
  {
    name: "Business+ with one token",
    simulator: { ...size, plan: "business-plus", userScopes: ["admin"] },
    businessPlus: { oneToken: true },
    most: 13,
  },
  {
    name: "GovSlack",
    simulator: { ...size, plan: "business-plus", gov: true, workspaces: 2 },
    businessPlus: { gov: true, oneToken: true },
    most: 13,
  },
]

/** Worlds of the long form alone: pages as large as Slack sends them. */
export const largeWorlds: ReadonlyArray<World> = [
  { name: "Pro, whole pages", simulator: { ...size, plan: "pro", users: 2600 } },
  {
    name: "Business+, whole pages",
    simulator: { ...size, plan: "business-plus", users: 2600, idpGroups: 250 },
    businessPlus: {},
  },
]

/** The connector of a world. */
export const connectorOf = (
  world: Pick<World, "businessPlus">,
  slack: Pick<SimulatedSlack, "webApiUrl" | "scimUrl" | "botToken" | "userToken">,
  fetch: Fetch,
): Effect.Effect<Connector, never, Scope.Scope> =>
  Effect.gen(function* () {
    const webApi = (token: string) =>
      SlackWebApi.layer({ baseUrl: slack.webApiUrl, fetch }).pipe(Layer.provide(SlackToken.layer(Redacted.make(token))))
    const { businessPlus } = world
    if (businessPlus === undefined) {
      return provideConnector(slackPro, yield* Layer.build(Layer.provide(webApi(slack.botToken), Resilience.layer)))
    }
    const scim = ScimClient.layer({
      baseUrl: slack.scimUrl,
      version: businessPlus.gov === true ? "v1" : "v2",
      dialect: slackDialect,
      fetch,
    })
    const services = Layer.mergeAll(
      webApi(businessPlus.oneToken === true ? slack.userToken : slack.botToken),
      Layer.effect(AdminWebApi, SlackWebApi).pipe(Layer.provide(webApi(slack.userToken))),
      scim.pipe(Layer.provide(ScimToken.layer(Redacted.make(slack.userToken)))),
    )
    return provideConnector(
      slackBusinessPlus(businessPlus),
      yield* Layer.build(Layer.provide(services, Resilience.layer)),
    )
  })
