// The simulator as a server on loopback, and as a service for tests.
import { Context, Effect, Layer, type Scope } from "effect"
import { listen } from "./http/listen.ts"
import { makeSimulator, type SimulatedSlack } from "./makeSimulator.ts"
import type { SimulatorError } from "./SimulatorError.ts"
import type { SimulatorOptions } from "./SimulatorOptions.ts"

/** A simulated Slack that answers HTTP on 127.0.0.1. */
export interface RunningSimulator extends SimulatedSlack {
  readonly port: number
  /** The root of it all, `http://127.0.0.1:PORT`; `/_simulator/calls` and the rest are below it. */
  readonly url: string
}

/**
 * Starts a simulated Slack on 127.0.0.1. It stops, and cuts open connections, when the scope ends.
 * Fails with `BadOption` or `CannotListen`.
 */
export const startSimulator = (
  options: SimulatorOptions = {},
): Effect.Effect<RunningSimulator, SimulatorError, Scope.Scope> =>
  Effect.gen(function* () {
    const simulator = yield* makeSimulator(options)
    const port = yield* listen(simulator.handle, simulator.settings.port, yield* Effect.context())
    const url = `http://127.0.0.1:${port}`
    return { ...simulator, port, url, webApiUrl: `${url}/api/`, scimUrl: `${url}/scim/` }
  })

/** The simulated Slack of a test, or of the `simulate` and `demo` commands. */
export class Simulator extends Context.Service<Simulator, RunningSimulator>()("slack-simulator/Simulator") {
  /** A simulator that runs as long as the layer. */
  static readonly layer = (options: SimulatorOptions = {}): Layer.Layer<Simulator, SimulatorError> =>
    Layer.effect(Simulator, startSimulator(options))
}

/** The one line of JSON that tells a script where a started simulator is. */
export const readyLine = ({ webApiUrl, scimUrl, botToken, userToken, plan }: RunningSimulator): string =>
  JSON.stringify({ webApiUrl, scimUrl, botToken, userToken, plan })
