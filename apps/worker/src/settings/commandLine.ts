// The worker's command line: a flag for every setting, read by the parser that the `rollcall` command uses, with its help,
// suggestions and completions.
import { hideTokens } from "@rollcall/api-client"
import type { ConfigField } from "@rollcall/connector"
import { connectorFields, type ModuleList } from "@rollcall/host"
import type { GivenFlags } from "@rollcall/host/command-line"
import type { AnswerScreen } from "@rollcall/host/answers"
import { screenOf } from "@rollcall/host/answers"
import {
  asFlags,
  commandServices,
  fieldFlags,
  goFlags,
  hiddenFlags,
  isPresented,
  presentation,
  readTyped,
  tableOf,
} from "@rollcall/host/command-line"
import { Effect, Ref } from "effect"
import { Command } from "effect/cli"
import manifest from "../../package.json" with { type: "json" }
import { UsageError } from "./UsageError.ts"

/** The worker as a command, which hands on its flags. */
export const workerCommand = (
  fields: ReadonlyArray<ConfigField>,
  take: (flags: GivenFlags) => Effect.Effect<void> = () => Effect.void,
) =>
  Command.make("rollcall-worker", { ...goFlags(), ...fieldFlags(fields) }, take).pipe(
    Command.withDescription(
      "Run until SIGTERM. With BATON_CLIENT_ID it works for ConductorOne; without it, it syncs to a file on the schedule of BATON_EVERY. " +
        "`rollcall-worker health` checks a running worker for exec probes; it ends with 0 if the worker is healthy.",
    ),
  )

/** The flags that stand last in help. */
export const commonFlags = ["config", "log-level", "log-format"]

/**
 * Reads the arguments. Gives nothing where help, the version or completions were asked for, which are then printed. Flags of the
 * Go connector are taken, so that its command lines keep working or are refused for what they ask.
 */
export const readCommandLine = Effect.fnUntraced(function* (
  typed: ReadonlyArray<string>,
  fields: ReadonlyArray<ConfigField>,
  modules: ModuleList,
  screen: AnswerScreen = screenOf(process.stdout),
): Effect.fn.Return<GivenFlags | undefined, UsageError> {
  const args = asFlags(typed)
  const given = yield* Ref.make<GivenFlags | undefined>(undefined)
  const wrong = yield* Ref.make<ReadonlyArray<string>>([])
  const command = workerCommand(fields, (flags) => Ref.set(given, flags))
  // Before the parser, which shows help or the version whatever else was typed.
  const line = readTyped(tableOf(command), args, { hidden: hiddenFlags, leading: [] })
  if (line !== undefined && line.unknown.length > 0) return yield* misuse(line.unknown.map((it) => hideTokens(it)))
  yield* Command.runWith(command, { version: manifest.version })(args).pipe(
    Effect.provide(
      presentation({
        ...screen,
        connection: connectorFields(modules),
        common: commonFlags,
        misused: (sentences) => Ref.set(wrong, sentences),
      }),
    ),
    Effect.provide(commandServices),
    Effect.catch((error) => (isPresented(error) ? Effect.void : Effect.die(error))),
  )
  const sentences = yield* Ref.get(wrong)
  return sentences.length > 0 ? yield* misuse(sentences) : yield* Ref.get(given)
})

const misuse = (sentences: ReadonlyArray<string>): UsageError =>
  new UsageError({
    message: sentences.map(onOneLine).join(" "),
    hint: "`rollcall-worker --help` lists the flags.",
  })

const onOneLine = (told: string): string =>
  `${told
    .replace(/\s*Did you mean this\?\s*/u, "; did you mean ")
    .replaceAll(/\s+/gu, " ")
    .replace(/[.!]$/u, "")}${told.includes("Did you mean") ? "?" : "."}`
