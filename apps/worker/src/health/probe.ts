// `rollcall-worker health`: asks the worker on this machine how it is, for exec probes of images without an HTTP client.
import { environmentName, pickAppFields, readSources, resolveConfig } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { exchangeFacts, networkReason } from "@rollcall/api-client"
import { Console, Effect, Result, Schema } from "effect"
import { readProbeFlags } from "./probeFlags.ts"

const probeFields = pickAppFields("health-check-port", "health-check-bind-address")

/** The flags that only this command has, as the Go connector's `health-check` has them. */
const ownFields = [
  {
    name: "endpoint",
    type: "choice",
    choices: ["live", "ready", "health", "connections"],
    default: "health",
    description: "The endpoint to call.",
  },
  { name: "timeout", type: "integer", default: 5, minimum: 1, maximum: 60, description: "Seconds to wait." },
] as const satisfies ReadonlyArray<ConfigField>

/** Asks the endpoint, prints what it says, and gives 0 where it says 200, else 1. */
export const probe = Effect.fn("Worker.probe")(function* (args: ReadonlyArray<string>) {
  const flags = yield* readProbeFlags(args, [...probeFields, ...ownFields])
  const { settings: at } = yield* resolveConfig(probeFields, yield* readSources(flags))
  // From flags alone: no variable of these names is meant for a probe.
  const { settings: own } = yield* resolveConfig(ownFields, { flags, environment: {} })
  const host = `${hostOf(at["health-check-bind-address"])}:${at["health-check-port"]}`
  const asked = yield* Effect.result(ask(host, own.endpoint, own.timeout))
  if (Result.isFailure(asked)) {
    yield* Console.error(asked.failure.message)
    return 1
  }
  yield* Console.log(asked.success.text.trimEnd())
  return asked.success.status === 200 ? 0 : 1
})

const isItThere = `Is the worker running with ${environmentName("health-check")}=true on this port?`

class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", { message: Schema.String }) {}

const ask = (host: string, endpoint: string, seconds: number) =>
  Effect.tryPromise({
    try: async () => {
      const response = await fetch(`http://${host}/${endpoint}`, { signal: AbortSignal.timeout(seconds * 1000) })
      return { status: response.status, text: await response.text() }
    },
    catch: (cause) =>
      new NoAnswer({
        message:
          cause instanceof DOMException
            ? `/${endpoint} of ${host} ${exchangeFacts.TimedOut.says({ _tag: "TimedOut", afterMillis: seconds * 1000 })}.`
            : `A request for /${endpoint} ${exchangeFacts.Network.says(networkReason(cause, host))}. ${isItThere}`,
      }),
  })

/** Where a server that listens on all addresses is reached from inside. */
const hostOf = (address: string): string => {
  if (address === "0.0.0.0") return "127.0.0.1"
  if (address === "::") return "[::1]"
  return address.includes(":") ? `[${address}]` : address
}
