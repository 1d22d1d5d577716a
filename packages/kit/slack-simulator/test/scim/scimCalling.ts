// How the tests call a simulated Slack's SCIM: over its real HTTP port, with the user token unless told otherwise.
import { Effect } from "effect"
import { type RunningSimulator, type SimulatorOptions, startSimulator } from "../../src/index.ts"
import { request, type Untyped } from "../calling.ts"

/** A Business+ workspace without limits and delays, which the tests that need them turn on. */
export const businessPlus = (options: SimulatorOptions = {}) =>
  startSimulator({
    plan: "business-plus",
    rateLimits: "off",
    activeDelayMillis: 0,
    users: 60,
    idpGroups: 5,
    ...options,
  })

/** A SCIM request: the verb and the path below `/scim/`. */
export const scim = (
  slack: RunningSimulator,
  verbAndPath: string,
  body?: unknown,
  token: string | null = slack.userToken,
) => {
  const [method = "GET", path = ""] = verbAndPath.split(" ")
  return request(slack, `/scim/${path}`, {
    method,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  })
}

/** The resources of a list that fits one page of a thousand. */
export const resources = (slack: RunningSimulator, list: string): Effect.Effect<Array<Untyped>, unknown> =>
  Effect.map(scim(slack, `GET ${list}?count=1000`), ({ json }) => json["Resources"])

export const patchOp = (...operations: ReadonlyArray<object>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
})

/** The code of a refusal, in either shape. */
export const codeOf = ({ json }: { readonly json: Record<string, Untyped> }): string | undefined =>
  json["Errors"]?.description ?? json["detail"]

/** A SCIM account by the kind of its Web API twin; they are the first of the seeded members. */
export const memberAt = { primaryOwner: 0, bot: 1, owner: 2, admin: 3, member: 4, guest: 5, deactivated: 9 } as const

/** The id of the seeded member of a kind: users.list shows them in this order. */
export const idOf = (slack: RunningSimulator, kind: keyof typeof memberAt): Effect.Effect<string, unknown> =>
  Effect.map(
    scim(slack, `GET v2/Users?count=1&startIndex=${memberAt[kind] + 1}`),
    ({ json }) => json["Resources"][0].id,
  )
