// The contract suite: one call makes the tests that every connector passes.
import { makeFetch } from "@rollcall/api-client"
import { connectorContract } from "@rollcall/connector-testkit"
import { Effect, Layer, Redacted } from "effect"
import { client } from "../src/client.ts"
import { startServer, token } from "./server.ts"

/** A fresh client of a fresh server. */
const world = Layer.unwrap(
  Effect.map(
    Effect.acquireRelease(Effect.promise(startServer), ({ close }) => Effect.promise(close)),
    ({ url }) =>
      client(
        { token: Effect.succeed(Redacted.make(token)), "base-url": url },
        { fetch: makeFetch(), speed: Number.POSITIVE_INFINITY },
      ),
  ),
)

connectorContract({
  name: "My System",
  connector: async () => (await import("../src/connector.ts")).connector,
  world,
  // The same world to a token that lacks a scope; this connector declares none.
  worldWithout: () => world,
})
