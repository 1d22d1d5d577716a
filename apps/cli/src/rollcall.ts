// The command tree: which commands there are, and how help and misuse are presented.
import type { ConfigError } from "@rollcall/config"
import { sentenceOf } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { builtIn, findModules, sourcesOfConnector } from "@rollcall/host"
import { presentation } from "@rollcall/host/command-line"
import { Effect } from "effect"
import { Command } from "effect/cli"
import manifest from "../package.json" with { type: "json" }
import { accessCommand } from "./commands/access.ts"
import { actionsCommand } from "./commands/actions.ts"
import { capabilitiesCommand } from "./commands/capabilities.ts"
import { completionsCommand } from "./commands/completions.ts"
import { configCommand } from "./commands/config.ts"
import { demoCommand } from "./commands/demo.ts"
import { connectorsCommand } from "./commands/connectors.ts"
import { diffCommand } from "./commands/diff.ts"
import { doctorCommand } from "./commands/doctor.ts"
import { historyCommand } from "./commands/history.ts"
import { explorerCommand } from "./commands/explorer.ts"
import { exportCommand } from "./commands/export.ts"
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
import { reportCommand } from "./commands/report.ts"
import { reviewCommand } from "./commands/review.ts"
import { simulateCommand } from "./commands/simulate.ts"
import { statsCommand, syncsCommand } from "./commands/stats.ts"
import { syncCommand } from "./commands/sync.ts"
import { Screen } from "./Screen.ts"
import { commonFields } from "./settings/commandFields.ts"
import { connectorOptions } from "./commands/commonFlags.ts"
import { inOwnExamples, KnownModules, ownExamples, warn } from "./settings/knownModules.ts"
import { readLeadingFlags, refuseWithoutCommand } from "./settings/leadingFlags.ts"

const systemOf = ({ named, about }: ModuleList): string =>
  named === undefined || about === undefined ? "a Slack workspace" : named.displayName

/** The commands by name, in the order of help. Making one takes time, so that a run makes only the one that it was asked for. */
const commands = {
  sync: syncCommand,
  "resource-types": () => resourceTypesCommand,
  resources: () => resourcesCommand,
  entitlements: () => entitlementsCommand,
  grants: () => grantsCommand,
  principals: () => principalsCommand,
  access: () => accessCommand,
  stats: () => statsCommand,
  syncs: () => syncsCommand,
  diff: () => diffCommand,
  history: () => historyCommand,
  report: () => reportCommand,
  export: () => exportCommand,
  explorer: () => explorerCommand,
  grant: grantCommand,
  revoke: revokeCommand,
  actions: actionsCommand,
  review: () => reviewCommand,
  capabilities: capabilitiesCommand,
  connectors: connectorsCommand,
  doctor: doctorCommand,
  manifest: manifestCommand,
  config: configCommand,
  simulate: () => simulateCommand,
  demo: () => demoCommand,
  completions: (modules: ModuleList) => completionsCommand((): Command.Command.Any => rootOf(modules)),
}

/** The whole tree, or with `named` the root with one of its commands. */
const rootOf = (modules: ModuleList, named?: keyof typeof commands) => {
  const made = named === undefined ? Object.values(commands) : [commands[named]]
  return Command.make("rollcall").pipe(
    Command.withDescription(
      `Sync ${systemOf(modules)} to a file: who is in it, and what access they have through which roles and groups. Show and change that access.`,
    ),
    Command.withSubcommands(made.map((make) => make(modules))),
  )
}

const isCommand = (name: string): name is keyof typeof commands => Object.hasOwn(commands, name)

/** The one command that is run with these arguments. Help, completions and misuse of the root are about all of them. */
const namedIn = ([first = "", ...rest]: ReadonlyArray<string>): keyof typeof commands | undefined =>
  isCommand(first) && !rest.some((it) => it.startsWith("--completions")) ? first : undefined

/** The command with these arguments; succeeds with the exit code. */
export const rollcall = Effect.fnUntraced(function* (typed: ReadonlyArray<string>) {
  const screen = yield* Screen
  const found = findModules(yield* sourcesOfConnector(typed))
  const modules = yield* asked(typed, /^(?:-h|--help|--version|-v)$/u)
    ? found.pipe(Effect.catch(withoutIt(typed)))
    : found
  const leading = readLeadingFlags(typed, modules)
  if (leading.noCommand) yield* refuseWithoutCommand(leading)
  const own = ownExamples(modules)
  yield* Command.runWith(rootOf(modules, namedIn(leading.args)), { version: manifest.version })(leading.args).pipe(
    Effect.provide(
      presentation({
        connection: connectorOptions(modules),
        common: commonFlags,
        columns: screen.columns,
        colors: screen.outColor,
        own,
        misused: (sentences, hint) =>
          screen.err([...sentences.map((it) => `error: ${escapeLines(it)}`), hint, ""].join("\n")),
      }),
    ),
    Effect.provideService(KnownModules, modules),
    Effect.mapError(inOwnExamples(own)),
  )
  return 0
})

const asked = (typed: ReadonlyArray<string>, flag: RegExp): boolean => typed.some((it) => flag.test(it))

/** Help and the version are there whatever connector is named; help says that it is not about that one. */
const withoutIt = (typed: ReadonlyArray<string>) => (error: ConfigError) =>
  asked(typed, /^(?:-h|--help)$/u)
    ? Effect.as(
        warn([`${sentenceOf(error)} Until then, help shows the settings of the connectors that come with Rollcall.`]),
        builtIn,
      )
    : Effect.succeed(builtIn)

/** The flags that every command has. */
const commonFlags = [...commonFields.map(({ name }) => name), "config"]
