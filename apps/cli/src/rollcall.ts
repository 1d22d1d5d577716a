// The command tree: which commands there are, and how help and misuse are presented.
import { hideTokens } from "@rollcall/api-client"
import { builtIn, findModules, type ModuleList, sourcesOfConnector } from "@rollcall/host"
import { Console, Effect, Layer } from "effect"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import manifest from "../package.json" with { type: "json" }
import { accessCommand } from "./commands/access.ts"
import { actionsCommand } from "./commands/actions.ts"
import { capabilitiesCommand } from "./commands/capabilities.ts"
import { completionsCommand } from "./commands/completions.ts"
import { configCommand } from "./commands/config.ts"
import { demoCommand } from "./commands/demo.ts"
import { connectorsCommand } from "./commands/connectors.ts"
import { doctorCommand } from "./commands/doctor.ts"
import {
  entitlementsCommand,
  grantsCommand,
  principalsCommand,
  resourcesCommand,
  resourceTypesCommand,
} from "./commands/listings.ts"
import { grantCommand, revokeCommand } from "./commands/changes.ts"
import { manifestCommand } from "./commands/manifest.ts"
import { escapeLines } from "@rollcall/access/render"
import { simulateCommand } from "./commands/simulate.ts"
import { statsCommand, syncsCommand } from "./commands/stats.ts"
import { syncCommand } from "./commands/sync.ts"
import { KnownModules } from "./settings/warnAboutUnused.ts"
import { readLeadingFlags, refuseWithoutCommand } from "./settings/leadingFlags.ts"

const rootOf = (modules: ModuleList) => {
  const tree = (): Command.Command.Any => root
  const root = Command.make("rollcall").pipe(
    Command.withDescription(
      "Sync a Slack workspace to a file: who is in it, what access they have, and through what. Show it, and change it.",
    ),
    Command.withSubcommands([
      syncCommand(modules),
      resourceTypesCommand,
      resourcesCommand,
      entitlementsCommand,
      grantsCommand,
      principalsCommand,
      accessCommand,
      statsCommand,
      syncsCommand,
      grantCommand(modules),
      revokeCommand(modules),
      actionsCommand(modules),
      capabilitiesCommand(modules),
      connectorsCommand(modules),
      doctorCommand(modules),
      manifestCommand(modules),
      configCommand(modules),
      simulateCommand,
      demoCommand,
      completionsCommand(tree),
    ]),
  )
  return root
}

/** The command with these arguments; succeeds with the exit code. */
export const rollcall = Effect.fnUntraced(function* (typed: ReadonlyArray<string>) {
  const found = findModules(yield* sourcesOfConnector(typed))
  // Help is there whatever a file of the folder says.
  const modules = yield* typed.some((it) => /^(?:-h|--help|--version|-v)$/u.test(it))
    ? Effect.orElseSucceed(found, () => builtIn)
    : found
  const leading = readLeadingFlags(typed, modules)
  if (leading.noCommand) yield* refuseWithoutCommand(leading)
  yield* Command.runWith(rootOf(modules), { version: manifest.version })(leading.args).pipe(
    Effect.provide(presentation),
    Effect.provideService(KnownModules, modules),
  )
  return 0
})

// The log level is a setting like any other, so the built-in flag of that name is left out.
const presentation = Layer.mergeAll(
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
  CliOutput.layerPresenter({
    present: (event) => {
      if (event._tag === "InvalidInvocation") {
        return Effect.gen(function* () {
          const formatter = yield* CliOutput.Formatter
          // The flags of a command that does not exist cannot be known.
          const unknown = event.errors.filter((error) => error._tag === "UnknownSubcommand")
          for (const error of unknown.length > 0 ? unknown : event.errors)
            yield* Console.error(`error: ${escapeLines(hideTokens(formatter.formatCliError(error)))}`)
          yield* Console.error(`\`${event.commandPath.join(" ")} --help\` lists what there is.`)
        })
      }
      return CliOutput.defaultPresenter.present(event)
    },
  }),
)
