import { assert, describe, it } from "@effect/vitest"
import { Resilience } from "@rollcall/resilience"
import { Effect, Layer, Redacted } from "effect"
import { genericDialect, ScimClient, type ScimClientOptions, ScimToken, slackDialect } from "../src/index.ts"
import { clientLayer, noRetries, scimServer, testToken } from "./scimServer.ts"

const created = { status: 201, body: { id: "U1" } }
const input = {
  userName: "ada",
  displayName: "Ada",
  givenName: "Ada",
  title: "Countess",
  active: true,
  emails: [{ value: "ada@example.com", primary: true }],
  roles: ["Lead", "Poet"],
  enterprise: { department: "Engines", managerId: "U9" },
  guest: { type: "multi", expiration: "2030-01-01T00:00:00Z" },
  startDate: "2020-02-03",
}
const core = {
  userName: "ada",
  displayName: "Ada",
  title: "Countess",
  active: true,
  emails: [{ value: "ada@example.com", primary: true }],
  name: { givenName: "Ada" },
  roles: [
    { value: "Lead", primary: true },
    { value: "Poet", primary: false },
  ],
}

const sentBy = <A, E>(
  use: (client: ScimClient["Service"]) => Effect.Effect<A, E>,
  options: Partial<ScimClientOptions> = {},
) =>
  Effect.gen(function* () {
    const server = yield* scimServer([created])
    yield* ScimClient.use(use).pipe(Effect.provide(clientLayer({ ...server, ...options })))
    return server.requests
  })

describe("a request", () => {
  it.live("writes a user with the schemas of its version", () =>
    Effect.gen(function* () {
      const v1 = yield* sentBy(({ users }) => users.create(input), { version: "v1" })
      const v2 = yield* sentBy(({ users }) => users.create(input))
      assert.deepStrictEqual(v1[0]?.body, {
        schemas: [
          "urn:scim:schemas:core:1.0",
          "urn:scim:schemas:extension:enterprise:1.0",
          "urn:scim:schemas:extension:slack:guest:1.0",
          "urn:scim:schemas:extension:slack:profile:1.0",
        ],
        ...core,
        "urn:scim:schemas:extension:enterprise:1.0": { department: "Engines", manager: { managerId: "U9" } },
        "urn:scim:schemas:extension:slack:guest:1.0": input.guest,
        "urn:scim:schemas:extension:slack:profile:1.0": { startDate: "2020-02-03" },
      })
      assert.deepStrictEqual(v2[0]?.body, {
        schemas: [
          "urn:ietf:params:scim:schemas:core:2.0:User",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
          "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User",
          "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User",
        ],
        ...core,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
          department: "Engines",
          manager: { managerId: "U9" },
        },
        "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User": input.guest,
        "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User": { startDate: "2020-02-03" },
      })
    }),
  )

  it.live("overwrites a user by what was read of it, and sends nothing that cannot be written", () =>
    Effect.gen(function* () {
      const read = { id: "U1", ...input, groups: [{ id: "S1" }], created: "2024-01-02T03:04:05Z", startDate: undefined }
      const requests = yield* sentBy(({ users }) =>
        users.replace("U1", { ...read, enterprise: undefined, guest: undefined }),
      )
      assert.strictEqual(requests[0]?.line, "PUT /scim/v2/Users/U1")
      assert.deepStrictEqual(requests[0]?.body, { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], ...core })
    }),
  )

  it.live("carries the media type that its server wants, and a body only where there is one", () =>
    Effect.gen(function* () {
      const typesOf = ({ headers }: { readonly headers: NodeJS.Dict<string | ReadonlyArray<string>> }) => [
        headers["accept"],
        headers["content-type"],
      ]
      const both = (client: ScimClient["Service"]) =>
        Effect.all([client.groups.get("S1"), client.groups.create({ displayName: "Crew" })])
      const slack = yield* sentBy(both)
      const plain = yield* sentBy(both, { dialect: genericDialect })
      assert.deepStrictEqual([...slack, ...plain].map(typesOf), [
        ["application/json", undefined],
        ["application/json", "application/json"],
        ["application/scim+json", undefined],
        ["application/scim+json", "application/scim+json"],
      ])
    }),
  )

  it.live("finds its way from a base URL with or without a slash at the end", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([created])
      const get = ScimClient.use(({ users }) => users.get("U1"))
      yield* get.pipe(Effect.provide(clientLayer(server)))
      yield* get.pipe(Effect.provide(clientLayer({ baseUrl: server.baseUrl.replace(/\/$/u, "") })))
      assert.deepStrictEqual(
        server.requests.map(({ line }) => line),
        ["GET /scim/v2/Users/U1", "GET /scim/v2/Users/U1"],
      )
    }),
  )

  it.live("asks v1 and v2 for what the service can do by the name that each has for it", () =>
    Effect.gen(function* () {
      const ask = (client: ScimClient["Service"]) => client.serviceProviderConfig
      const lines = [yield* sentBy(ask, { version: "v1" }), yield* sentBy(ask)].flat().map(({ line }) => line)
      assert.deepStrictEqual(lines, ["GET /scim/v1/ServiceProviderConfigs", "GET /scim/v2/ServiceProviderConfig"])
    }),
  )
})

describe("the budgets of clients that share a memory", () => {
  const keysOf = (...clients: ReadonlyArray<Partial<ScimClientOptions>>) =>
    Effect.gen(function* () {
      const server = yield* scimServer([created])
      for (const options of clients) {
        const layer = ScimClient.layer({ ...server, version: "v2", dialect: slackDialect, ...options })
        yield* ScimClient.use(({ users }) => users.get("U1")).pipe(
          Effect.provide(layer.pipe(Layer.provide(ScimToken.layer(Redacted.make(testToken))))),
        )
      }
      const state = yield* Resilience.use((resilience) => resilience.state)
      return state.map(({ key, calls }) => `${key.replace(/127\.0\.0\.1:\d+/u, "host")}: ${calls}`)
    }).pipe(Effect.provide(Resilience.layer))

  it.live("are one where both speak to one host, whatever their version", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* keysOf({ version: "v1" }, { version: "v2" }), [
        "SCIM GET Users/id@host: 2",
        "SCIM reads@host: 2",
      ])
    }),
  )
})

describe("a pause that is asked for and not told", () => {
  it.live("shrinks as the server's limits run faster, and one that is told does not", () =>
    Effect.gen(function* () {
      const pause = Effect.fnUntraced(function* (headers: Readonly<Record<string, string>>) {
        const server = yield* scimServer([{ status: 429, headers }])
        const error = yield* ScimClient.use(({ users }) => users.get("U1")).pipe(
          Effect.flip,
          Effect.provide(clientLayer({ ...server, speed: 60, retry: noRetries })),
        )
        return error.reason
      })
      assert.deepStrictEqual(yield* pause({}), { _tag: "RateLimited", retryAfterMillis: 500 })
      assert.deepStrictEqual(yield* pause({ "retry-after": "3" }), { _tag: "RateLimited", retryAfterMillis: 3000 })
    }),
  )
})
