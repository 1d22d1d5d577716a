// What a simulated C1 can be told at its start, with the defaults and the bounds.
import { Effect, Schema } from "effect"
import { Fault } from "./faults/Fault.ts"
import { ScriptedTask } from "./ScriptedTask.ts"
import { SimulatorError } from "./SimulatorError.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** How a simulated C1 is to be. Every member may be left out. */
export const C1Options = Schema.Struct({
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  port: Schema.optionalKey(between(0, 65_535)),
  /** The same seed gives the same client secret and access tokens. 0 to 4,294,967,295; default 1. */
  seed: Schema.optionalKey(between(0, 0xff_ff_ff_ff)),
  /** The `kid` of the key in the client secret; assertions must then name it. Default: the key has none. */
  keyId: Schema.optionalKey(Schema.NonEmptyString),
  /** How long an access token is good for, in seconds of the clock. 1 to 86,400; default 3600. */
  accessTokenSeconds: Schema.optionalKey(between(1, 86_400)),
  /** `next_poll` of every answer to GetTask and GetTasks, in milliseconds; 0 leaves it out. Default 1000. */
  nextPollMillis: Schema.optionalKey(between(0, 3_600_000)),
  /** `next_heartbeat` of every answer, in milliseconds; 0 leaves it out. Default 30,000. */
  nextHeartbeatMillis: Schema.optionalKey(between(0, 3_600_000)),
  /** The largest asset that is taken, in bytes; default 1 GiB. */
  largestAsset: Schema.optionalKey(between(1, 1024 ** 4)),
  /**
   * Where it writes: `ca.pem`, `captured.ndjson` and the folder `assets`. Made where it is missing. Default: a temporary
   * folder that goes with the simulator.
   */
  folder: Schema.optionalKey(Schema.NonEmptyString),
  /** Tasks to hand out, in this order. */
  tasks: Schema.optionalKey(Schema.Array(ScriptedTask)),
  /** Faults to show from the start. */
  faults: Schema.optionalKey(Schema.Array(Fault)),
})
export type C1Options = typeof C1Options.Type

const defaults = {
  port: 0,
  seed: 1,
  accessTokenSeconds: 3600,
  nextPollMillis: 1000,
  nextHeartbeatMillis: 30_000,
  largestAsset: 1024 ** 3,
  tasks: [],
  faults: [],
} satisfies C1Options

/** The options with every default filled in. */
export type C1Settings = C1Options & Required<Pick<C1Options, keyof typeof defaults>>

/** Checks the options, wherever they come from, and fills in the defaults. Fails with `BadOption`. */
export const settingsFrom = (options: unknown): Effect.Effect<C1Settings, SimulatorError> =>
  checked(C1Options, options, "options").pipe(Effect.map((given) => ({ ...defaults, ...given })))

/** Checks faults that are given while it runs. Fails with `BadOption`. */
export const checkedFaults = (faults: ReadonlyArray<Fault>): Effect.Effect<ReadonlyArray<Fault>, SimulatorError> =>
  checked(Schema.Array(Fault), faults, "faults")

const checked = <A>(schema: Schema.Codec<A, unknown>, value: unknown, what: string): Effect.Effect<A, SimulatorError> =>
  Schema.decodeUnknownEffect(schema, { errors: "all", onExcessProperty: "error" })(value).pipe(
    Effect.mapError(
      (error) =>
        new SimulatorError({
          reason: "BadOption",
          message: `The simulator cannot take these ${what}: ${error.message}`,
          hint: "Correct what is named above and try again.",
        }),
    ),
  )
