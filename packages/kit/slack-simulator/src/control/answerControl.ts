// /_simulator/*: what tests ask of the simulator itself, beside the Slack that it plays.
import { Effect, Schema } from "effect"
import { Fault } from "../faults/Fault.ts"
import type { FaultPlan } from "../faults/FaultPlan.ts"
import { expectedIds } from "../expected.ts"
import { jsonReply, type SimulatorReply, type SimulatorRequest } from "../http/exchange.ts"
import { linesOf, ndjsonReply } from "../http/ndjson.ts"
import { stateEntries } from "../state.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { World } from "../world.ts"

export interface Control {
  readonly calls: () => Readonly<Record<string, number>>
  readonly faults: FaultPlan
  readonly world: World
  readonly settings: SimulatorSettings
}

const Faults = Schema.fromJsonString(Schema.Union([Fault, Schema.Array(Fault)]))
const decodeFaults = Schema.decodeUnknownEffect(Faults, { errors: "all", onExcessProperty: "error" })
const refuse = (status: number, error: string) => jsonReply(JSON.stringify({ ok: false, error }), {}, status)
const pending = ({ faults }: Control) => jsonReply(JSON.stringify({ ok: true, faults: faults.pending() }))

const routes: Readonly<Record<string, (control: Control, body: string) => Effect.Effect<SimulatorReply>>> = {
  "GET /_simulator/calls": (control) => Effect.sync(() => jsonReply(JSON.stringify(control.calls()))),
  "GET /_simulator/expected": ({ world, settings }) =>
    Effect.sync(() => ndjsonReply(linesOf(expectedIds(world, settings)))),
  "GET /_simulator/state": ({ world, settings }) =>
    Effect.sync(() => ndjsonReply(linesOf(stateEntries(world, settings)))),
  "GET /_simulator/faults": (control) => Effect.sync(() => pending(control)),
  "POST /_simulator/faults": (control, body) =>
    decodeFaults(body).pipe(
      Effect.map((decoded) => {
        control.faults.add("fault" in decoded ? [decoded] : decoded)
        return pending(control)
      }),
      Effect.catch((error) =>
        Effect.succeed(
          refuse(400, `The faults cannot be read: ${error.message}. Send one fault or a list of them as JSON.`),
        ),
      ),
    ),
  "DELETE /_simulator/faults": (control) =>
    Effect.sync(() => {
      control.faults.clear()
      return pending(control)
    }),
}

/** Answers a request to the simulator itself. */
export const answerControl = (
  control: Control,
  request: SimulatorRequest,
  path: string,
): Effect.Effect<SimulatorReply> =>
  routes[`${request.method} ${path}`]?.(control, request.body) ??
  Effect.succeed(refuse(404, `There is no ${request.method} ${path}. There are: ${Object.keys(routes).join(", ")}.`))
