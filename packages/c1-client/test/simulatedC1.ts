// A client of a simulated C1 that runs for one test.
import { Simulator, type SimulatorOptions } from "@rollcall/c1-simulator"
import { Effect, Layer, Redacted } from "effect"
import type { C1CredentialsOptions } from "../src/index.ts"
import { C1Credentials, C1Service } from "../src/index.ts"

/** The credentials that the simulator gives out, with what a test changes in them. */
export const credentials = (changed: Partial<C1CredentialsOptions> = {}) =>
  Layer.unwrap(
    Effect.map(Simulator, ({ clientId, clientSecret, caFile }) =>
      C1Credentials.layer({
        clientId,
        clientSecret: Effect.succeed(Redacted.make(clientSecret)),
        caFile,
        program: "rollcall/0.0.0",
        ...changed,
      }),
    ),
  )

/** The simulator, and a client of it. */
export const simulatedC1 = (options: SimulatorOptions = {}) =>
  C1Service.layer({ hostId: "test-host" }).pipe(
    Layer.provideMerge(credentials()),
    Layer.provideMerge(Simulator.layer({ nextPollMillis: 1, ...options })),
  )
