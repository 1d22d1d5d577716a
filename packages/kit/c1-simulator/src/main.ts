// The command `pnpm c1-simulator`: a simulated C1 for people who try a worker without a tenant of their own.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import manifest from "../package.json" with { type: "json" }
import { readJson, readTaskFile } from "./readJson.ts"
import type { RunningC1 } from "./SimulatedC1.ts"
import { readyLine, startC1 } from "./SimulatedC1.ts"
import type { SimulatorError } from "./SimulatorError.ts"
import { settingsFrom } from "./C1Options.ts"

const exitCodes: Record<SimulatorError["kind"], number> = { usage: 64, cannotWrite: 74, configuration: 78 }

/** A flag that may be given several times, each a JSON text. */
const jsonTexts = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("json"), Flag.withDescription(description), Flag.atLeast(0))

const number = (name: string, fallback: number, description: string) =>
  Flag.Int(name).pipe(Flag.withDescription(`${description} (default: ${fallback})`), Flag.withDefault(fallback))

const command = Command.make(
  "c1-simulator",
  {
    port: number("port", 0, "The port on 127.0.0.1; 0 takes a free one."),
    seed: number("seed", 1, "The same seed gives the same client secret."),
    nextPollMillis: number("next-poll-millis", 1000, "How long a worker is told to wait before it asks again."),
    nextHeartbeatMillis: number(
      "next-heartbeat-millis",
      30_000,
      "How long a worker is told to wait between heartbeats.",
    ),
    folder: Flag.String("folder").pipe(
      Flag.withMetavar("path"),
      Flag.withDescription(
        "Where it writes ca.pem, captured.ndjson and the uploaded assets (default: a temporary folder that goes with it)",
      ),
      Flag.optional,
    ),
    tasks: Flag.String("tasks").pipe(
      Flag.withMetavar("path"),
      Flag.withDescription("A file of tasks to hand out, one line of JSON each."),
      Flag.optional,
    ),
    task: jsonTexts("task", 'A task to hand out, after those of the file, such as {"syncFull":{}}; may be repeated.'),
    fault: jsonTexts(
      "fault",
      'A fault to show, such as {"method":"Hello","fault":{"kind":"status","code":"UNAVAILABLE"}}; may be repeated.',
    ),
  },
  Effect.fnUntraced(function* ({ tasks, task, fault, folder, ...options }) {
    const fromFile = Option.isSome(tasks) ? yield* readTaskFile(tasks.value) : []
    const fromFlags = yield* Effect.forEach(task, (text) => readJson("--task", text))
    const faults = yield* Effect.forEach(fault, (text) => readJson("--fault", text))
    const simulator = yield* startC1(
      yield* settingsFrom({
        ...options,
        ...(Option.isSome(folder) ? { folder: folder.value } : {}),
        tasks: [...fromFile, ...fromFlags],
        faults,
      }),
    )
    yield* Console.log(readyLine(simulator))
    // Its secret opens nothing else, so it may be shown.
    yield* Console.error(["In another terminal:", ...exportsFor(simulator)].join("\n"))
    return yield* Effect.never
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Run a simulated ConductorOne (C1) on this machine until it is stopped. When it is ready it prints one line of JSON: " +
      "clientId, clientSecret, caFile, host, capturedFile, assetsFolder. The standard error has the variables that make a " +
      "worker use it.",
  ),
  Command.withExamples([{ command: `c1-simulator --task '{"syncFull":{}}' --folder /tmp/c1` }]),
)

/** What a shell is told so that a worker there asks this service for tasks. */
const exportsFor = ({ clientId, clientSecret, caFile }: RunningC1): ReadonlyArray<string> =>
  Object.entries({ BATON_CLIENT_ID: clientId, BATON_CLIENT_SECRET: clientSecret, BATON_EXTRA_CA_FILE: caFile }).map(
    ([name, value]) => `export ${name}='${value}'`,
  )

Command.run(command, { version: manifest.version }).pipe(
  Effect.catchTag("SimulatorError", ({ kind, message, hint }) =>
    Console.error(`${message}\n${hint}`).pipe(
      Effect.andThen(
        Effect.sync(() => {
          process.exitCode = exitCodes[kind]
        }),
      ),
    ),
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain,
)
