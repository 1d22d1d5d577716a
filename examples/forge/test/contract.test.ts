// The contract suite on the forge's connector, against a real server for each run.
import { makeFetch } from "@rollcall/api-client"
import { connectorContract } from "@rollcall/connector-testkit"
import { Effect, Layer, Redacted } from "effect"
import { allScopes, startForge } from "../server/forgeServer.ts"
import { layer } from "../src/index.ts"

const world = (scopes: ReadonlyArray<string>) =>
  Layer.unwrap(
    Effect.acquireRelease(
      Effect.promise(() => startForge({ pageSize: 10 })),
      (forge) => Effect.promise(forge.close),
    ).pipe(
      Effect.map((forge) =>
        layer(
          { token: Effect.succeed(Redacted.make(forge.token(scopes))), "base-url": forge.url },
          { fetch: makeFetch(), speed: Infinity },
        ),
      ),
    ),
  )

connectorContract({
  name: "Forge",
  connector: async () => (await import("../src/forge.ts")).forge,
  world: world(allScopes),
  worldWithout: (scope) => world(allScopes.filter((held) => held !== scope)),
  grantable: { entitlement: "team:t1:member", principal: { resourceType: "user", resource: "u1" } },
  actions: [{ name: "disable_user", values: { user_id: "u2" } }],
})
