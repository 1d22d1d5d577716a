// The command tree: which commands there are, and how help and misuse are presented.
import type { ConfigError } from "@rollcall/config"
import { hideTokens } from "@rollcall/api-client"
import { userFolder } from "@rollcall/config/user-folder"
import { exitCodes, sentenceOf } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { builtIn, findModules, sourcesOfConnector } from "@rollcall/host"
import { asFlags, helpHint, hiddenFlags, presentation, readTyped, tableOf } from "@rollcall/host/command-line"
import { Effect } from "effect"
import { Command } from "effect/cli"
import manifest from "../package.json" with { type: "json" }
import { escapeLines } from "@rollcall/access/render"
import { Screen } from "./Screen.ts"
import { commonFields, limitFields } from "./settings/commandFields.ts"
import { connectorOptions } from "./commands/commonFlags.ts"
import { inOwnExamples, KnownModules, ownExamples, warn } from "./settings/knownModules.ts"
import { leadingNames, readLeadingFlags, refuseWithoutCommand } from "./settings/leadingFlags.ts"

const systemOf = ({ named, about }: ModuleList): string =>
  named === undefined || about === undefined ? "a Slack workspace" : named.displayName

/** The commands by name, in the order of help. A run loads and makes only the one that it was asked for, as that takes time. */
const commands = {
  init: (modules: ModuleList) => import("./commands/init.ts").then((it) => it.initCommand(modules)),
  sync: (modules: ModuleList) => import("./commands/sync.ts").then((it) => it.syncCommand(modules)),
  "resource-types": () => import("./commands/listings.ts").then((it) => it.resourceTypesCommand),
  resources: () => import("./commands/listings.ts").then((it) => it.resourcesCommand),
  entitlements: () => import("./commands/listings.ts").then((it) => it.entitlementsCommand),
  grants: () => import("./commands/listings.ts").then((it) => it.grantsCommand),
  principals: () => import("./commands/listings.ts").then((it) => it.principalsCommand),
  access: () => import("./commands/access.ts").then((it) => it.accessCommand),
  stats: () => import("./commands/stats.ts").then((it) => it.statsCommand),
  syncs: () => import("./commands/stats.ts").then((it) => it.syncsCommand),
  diff: () => import("./commands/diff.ts").then((it) => it.diffCommand),
  compare: () => import("./commands/compare.ts").then((it) => it.compareCommand),
  history: () => import("./commands/history.ts").then((it) => it.historyCommand),
  report: () => import("./commands/report.ts").then((it) => it.reportCommand),
  export: () => import("./commands/export.ts").then((it) => it.exportCommand),
  explorer: () => import("./commands/explorer.ts").then((it) => it.explorerCommand),
  cache: () => import("./commands/cache.ts").then((it) => it.cacheCommand),
  grant: (modules: ModuleList) => import("./commands/changes.ts").then((it) => it.grantCommand(modules)),
  revoke: (modules: ModuleList) => import("./commands/changes.ts").then((it) => it.revokeCommand(modules)),
  actions: (modules: ModuleList) => import("./commands/actions.ts").then((it) => it.actionsCommand(modules)),
  plan: (modules: ModuleList) => import("./commands/plan.ts").then((it) => it.planCommand(modules)),
  approve: (modules: ModuleList) => import("./commands/approve.ts").then((it) => it.approveCommand(modules)),
  drift: (modules: ModuleList) => import("./commands/drift.ts").then((it) => it.driftCommand(modules)),
  apply: (modules: ModuleList) => import("./commands/apply.ts").then((it) => it.applyCommand(modules)),
  leases: (modules: ModuleList) => import("./commands/leases.ts").then((it) => it.leasesCommand(modules)),
  expire: (modules: ModuleList) => import("./commands/leases.ts").then((it) => it.expireCommand(modules)),
  review: () => import("./commands/review.ts").then((it) => it.reviewCommand),
  capabilities: (modules: ModuleList) =>
    import("./commands/capabilities.ts").then((it) => it.capabilitiesCommand(modules)),
  connectors: (modules: ModuleList) => import("./commands/connectors.ts").then((it) => it.connectorsCommand(modules)),
  connections: () => import("./commands/connections.ts").then((it) => it.connectionsCommand),
  console: () => import("./commands/console.ts").then((it) => it.consoleCommand),
  doctor: (modules: ModuleList) => import("./commands/doctor.ts").then((it) => it.doctorCommand(modules)),
  manifest: (modules: ModuleList) => import("./commands/manifest.ts").then((it) => it.manifestCommand(modules)),
  config: (modules: ModuleList) => import("./commands/config.ts").then((it) => it.configCommand(modules)),
  simulate: () => import("./commands/simulate.ts").then((it) => it.simulateCommand),
  demo: () => import("./commands/demo.ts").then((it) => it.demoCommand),
  help: () => import("./commands/help.ts").then((it) => it.helpCommand),
  version: () => import("./commands/help.ts").then((it) => it.versionCommand),
  completions: (modules: ModuleList) =>
    import("./commands/completions.ts").then((it) =>
      it.completionsCommand((): Promise<Command.Command.Any> => rootOf(modules)),
    ),
}

/** The whole tree, or with `named` the root with one of its commands. */
export const rootOf = async (modules: ModuleList, named?: keyof typeof commands) => {
  const makes = named === undefined ? Object.values(commands) : [commands[named]]
  const made = await Promise.all(makes.map(async (make) => make(modules)))
  return Command.make("rollcall").pipe(
    Command.withDescription(
      `Sync ${systemOf(modules)} to a file: who is in it, and what access they have through which roles and groups. Show and change that access.`,
    ),
    Command.withSubcommands(made),
  )
}

const isCommand = (name: string): name is keyof typeof commands => Object.hasOwn(commands, name)

/** The one command that is run with these arguments. Help, completions and misuse of the root are about all of them. */
const namedIn = ([first = "", ...rest]: ReadonlyArray<string>): keyof typeof commands | undefined =>
  isCommand(first) && !rest.some((it) => it.startsWith("--completions")) ? first : undefined

/** The command with these arguments; succeeds with the exit code. */
export const rollcall = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const typed = asFlags(args)
  const screen = yield* Screen
  const found = findModules(yield* sourcesOfConnector(typed, userFolder(process.env)))
  const modules = yield* asked(typed, /^(?:-h|--help|--version|-v|-V)$/u)
    ? found.pipe(Effect.catch(withoutIt(typed)))
    : found
  const leading = readLeadingFlags(typed, modules)
  if (leading.noCommand) yield* refuseWithoutCommand(leading)
  const own = ownExamples(modules)
  const root = yield* Effect.promise(() => rootOf(modules, namedIn(leading.args)))
  const misused = (sentences: ReadonlyArray<string>, hint: string) =>
    screen.err([...sentences.map((it) => `error: ${escapeLines(it)}`), hint, ""].join("\n"))
  // Before the parser, which shows help or the version whatever else was typed.
  const line = readTyped(tableOf(root), leading.args, { hidden: hiddenFlags, leading: leadingNames(modules) })
  if (line !== undefined && line.unknown.length > 0) {
    yield* misused(
      line.unknown.map((it) => hideTokens(it)),
      helpHint(line.path),
    )
    return exitCodes.usage
  }
  yield* Command.runWith(root, { version: manifest.version })(leading.args).pipe(
    Effect.provide(
      presentation({
        connection: connectorOptions(modules),
        common: commonFlags,
        limits: limitFields,
        columns: screen.columns,
        colors: screen.outColor,
        own,
        misused,
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
export const commonFlags = [...commonFields.map(({ name }) => name), "config", "profile"]
