// A simulated C1 for one test, and a client of it.
import { SimulatedC1, type C1Options } from "@rollcall/c1-simulator"
import { Effect, Layer, Redacted } from "effect"
import { setDefaultCACertificates } from "node:tls"
import type { C1CredentialsOptions } from "../src/index.ts"
import { C1Credentials, C1Service } from "../src/index.ts"

/** The credentials that the simulator gives out, with what a test changes in them. This process trusts it, and no one else. */
export const credentials = (changed: Partial<C1CredentialsOptions> = {}) =>
  Layer.unwrap(
    Effect.map(SimulatedC1, ({ clientId, clientSecret, ca }) => {
      setDefaultCACertificates([ca])
      return C1Credentials.layer({
        clientId,
        clientSecret: Effect.succeed(Redacted.make(clientSecret)),
        program: "rollcall/0.0.0",
        ...changed,
      })
    }),
  )

/** The client, and the C1 that it is a client of. */
export const clientOfC1 = (options: C1Options = {}) =>
  C1Service.layer({ hostId: "test-host" }).pipe(
    Layer.provideMerge(credentials()),
    Layer.provideMerge(SimulatedC1.layer({ nextPollMillis: 1, ...options })),
  )
