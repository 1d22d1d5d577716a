// The worker's command line: a flag for every setting, read by the parser that the `rollcall` command uses, with its help,
// suggestions and completions.
import * as NodeServices from "@effect/platform-node/NodeServices"
import type { ConfigField } from "@rollcall/connector"
import { connectorFields, type ModuleList } from "@rollcall/host"
import type { GivenFlags } from "@rollcall/host/command-line"
import { fieldFlags, goFlags, isPresented, presentation } from "@rollcall/host/command-line"
import { Effect, Ref } from "effect"
import { Command } from "effect/cli"
import manifest from "../../package.json" with { type: "json" }
import { UsageError } from "./UsageError.ts"

/**
 * Reads the arguments. Gives nothing where help, the version or completions were asked for, which are then printed. Flags of the
 * Go connector are taken, so that its command lines keep working or are refused for what they ask.
 */
export const readCommandLine = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  fields: ReadonlyArray<ConfigField>,
  modules: ModuleList,
): Effect.fn.Return<GivenFlags | undefined, UsageError> {
  const given = yield* Ref.make<GivenFlags | undefined>(undefined)
  const wrong = yield* Ref.make<ReadonlyArray<string>>([])
  const command = Command.make("rollcall-worker", { ...goFlags(), ...fieldFlags(fields) }, (flags) =>
    Ref.set(given, flags),
  ).pipe(
    Command.withDescription(
      "Run until SIGTERM. With BATON_CLIENT_ID it works for ConductorOne; without it, it syncs to a file on the schedule of BATON_EVERY. " +
        "`rollcall-worker health` checks a running worker for exec probes; it ends with 0 if the worker is healthy.",
    ),
  )
  yield* Command.runWith(command, { version: manifest.version })(args).pipe(
    Effect.provide(
      presentation({
        connection: connectorFields(modules),
        common: ["config", "log-level", "log-format"],
        columns: process.stdout.isTTY ? process.stdout.columns || undefined : undefined,
        colors: process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "",
        misused: (sentences) => Ref.set(wrong, sentences),
      }),
    ),
    Effect.provide(NodeServices.layer),
    Effect.catch((error) => (isPresented(error) ? Effect.void : Effect.die(error))),
  )
  const [first, ...more] = yield* Ref.get(wrong)
  if (first === undefined) return yield* Ref.get(given)
  return yield* new UsageError({
    message: [first, ...more].map(onOneLine).join(" "),
    hint: "`rollcall-worker --help` lists the flags.",
  })
})

const onOneLine = (told: string): string =>
  `${told
    .replace(/\s*Did you mean this\?\s*/u, "; did you mean ")
    .replaceAll(/\s+/gu, " ")
    .replace(/[.!]$/u, "")}${told.includes("Did you mean") ? "?" : "."}`
