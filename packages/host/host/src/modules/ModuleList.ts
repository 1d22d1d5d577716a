// The connectors that a run knows: those that come with Rollcall, or the one of somebody else that `--connector` and its
// twins name, which is decided before any other setting has a meaning. Flags, help, configuration and documentation follow
// from their fields.
import type { CommandSources, ConfigSources } from "@rollcall/config"
import {
  ConfigError,
  configFileVariable,
  describeOrigin,
  findGiven,
  invalidIn,
  isFromFolder,
  namesOf,
  readProfile,
  readSources,
  variableOf,
  withOneWorkspace,
} from "@rollcall/config"
import type { ConfigField, Connector } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { ConnectorModule, Implementation, OpenOptions } from "@rollcall/connector-module"
import { slackBusinessPlusModule } from "@rollcall/slack-business-plus/module"
import { slackProModule } from "@rollcall/slack-pro/module"
import type { Scope } from "effect"
import { Effect } from "effect"

/** The modules that a run knows. */
export interface ModuleList {
  /** The most particular first, so that the first whose setting is given is used. */
  readonly all: readonly [ConnectorModule, ...ReadonlyArray<ConnectorModule>]
  /** The one that `--connector` names, which is used whatever else is set. */
  readonly named?: ConnectorModule | undefined
  /** What the connector of somebody else says of itself, which is loaded to find that out. */
  readonly about?: Implementation["about"] | undefined
  /** The file of each module that does not come with Rollcall. */
  readonly sources?: ReadonlyMap<ConnectorModule, string>
}

/** The modules that come with Rollcall. */
export const builtIn: ModuleList = { all: [slackBusinessPlusModule, slackProModule] }

/** Fields from several places; one that they declare alike stands once. */
export const eachOnce = (fields: ReadonlyArray<ConfigField>): ReadonlyArray<ConfigField> =>
  fields.filter((field, index) => fields.findIndex((other) => other.name === field.name) === index)

/** The fields of all connectors. */
export const connectorFields = ({ all }: ModuleList): ReadonlyArray<ConfigField> =>
  eachOnce(all.flatMap(({ fields }) => fields))

/** What decides how the apps to install look, of all connectors. */
export const manifestFields = ({ all }: ModuleList): ReadonlyArray<ConfigField> =>
  eachOnce(all.flatMap((module) => module.manifestFields ?? []))

/** The connector that stands for all where no settings choose one: the one that is named, or the one that asks for least. */
export const defaultModule = ({ all, named }: ModuleList): ConnectorModule => named ?? all.at(-1) ?? all[0]

const variableOfSetting = ({ fields }: ConnectorModule, name: string): string =>
  variableOf(fields.find((field) => field.name === name) ?? { name })

/** The connector that is named, or whose setting is given. Without any, an error says what to set. */
export const selectModule = (modules: ModuleList, settings: object): Effect.Effect<ConnectorModule, ConfigError> => {
  const { named } = modules
  if (named !== undefined) {
    return lacksCredential(named, settings) ? Effect.fail(noCredential(named)) : Effect.succeed(named)
  }
  const selected = modules.all.find((it) => Reflect.get(settings, it.selectedBy) !== undefined)
  if (selected !== undefined) return Effect.succeed(selected)
  const variables = modules.all.map((module) => variableOfSetting(module, module.selectedBy)).join(" or ")
  return Effect.fail(
    new ConfigError({
      reason: "Missing",
      message: "No token is set, so nothing can be read.",
      hint: `Set ${variables} (or its _FILE twin). \`rollcall init\` says how to come by one, tests it and keeps it for the command; \`rollcall demo\` needs none. A connector of your own is named by --connector or BATON_CONNECTOR.`,
    }),
  )
}

/** Whether the secret is missing without which a connector has nothing to show the system. */
const lacksCredential = ({ fields, selectedBy }: ConnectorModule, settings: object): boolean =>
  fields.some(({ name, type }) => name === selectedBy && type === "secret") &&
  Reflect.get(settings, selectedBy) === undefined

const noCredential = (module: ConnectorModule): ConfigError => {
  const variable = variableOfSetting(module, module.selectedBy)
  return new ConfigError({
    reason: "Missing",
    message: `${module.displayName} has no ${module.selectedBy}, so nothing can be read.`,
    hint: `Set ${variable}, or ${variable}_FILE to a file that holds it.`,
  })
}

/** The first setting that is an address, in words for hints. */
const addressSettingOf = (module: ConnectorModule): string | undefined => {
  const field = module.fields.find(({ type }) => type === "url")
  return field && `--${field.name} (${variableOf(field)})`
}

/** A connector with its clients in place. */
export interface OpenConnector {
  readonly connector: Connector
  /** Requests sent to the system so far, each attempt of a call once. */
  readonly calls: Effect.Effect<number>
}

/** Opens a connector with settings that were resolved from its fields. */
export const openModule = Effect.fnUntraced(function* (
  module: ConnectorModule,
  settings: object,
  options: Omit<OpenOptions, "fetch"> = {},
): Effect.fn.Return<OpenConnector, never, Scope.Scope> {
  const { open } = yield* Effect.promise(module.load)
  const { countedFetch } = yield* Effect.promise(() => import("./countedFetch.ts"))
  const { fetch, calls } = countedFetch()
  return { connector: yield* open(settings, { ...options, fetch, addressSetting: addressSettingOf(module) }), calls }
})

/** What `doctor` finds. */
export const diagnoseModule = Effect.fnUntraced(function* (module: ConnectorModule, settings: object) {
  const { about, diagnose } = yield* Effect.promise(module.load)
  const { countedFetch } = yield* Effect.promise(() => import("./countedFetch.ts"))
  return {
    ...(yield* diagnose(settings, { ...countedFetch(), addressSetting: addressSettingOf(module) })),
    tenantType: about.tenantType,
  }
})

/** Fails with a refusal, said without asking the system; where other connectors can do it, its hint names them. */
export const refuse = Effect.fnUntraced(function* (
  modules: ModuleList,
  refusal: ConnectorError,
  can: (about: Implementation["about"]) => boolean,
): Effect.fn.Return<never, ConnectorError> {
  const hints: Array<string> = []
  for (const module of modules.all) {
    const { about } = yield* Effect.promise(module.load)
    if (can(about)) hints.push(`${module.displayName} can: set ${variableOfSetting(module, module.selectedBy)}.`)
  }
  const { reason, message } = refusal
  return yield* hints.length === 0 ? refusal : new ConnectorError({ reason, message, hint: hints.join(" ") })
})

/** The setting that names a connector. */
const connectorSetting = "connector"

/**
 * The sources of that setting, found in arguments that are not parsed yet: which flags there are depends on it. A file that
 * cannot be read is left to whoever reads the other settings. `folder` is the user's own, where the app reads settings there.
 */
export const sourcesOfConnector = (args: ReadonlyArray<string>, folder?: string): Effect.Effect<ConfigSources> => {
  const secrets = connectorFields(builtIn).filter(({ type }) => type === "secret")
  const names = [connectorSetting, "config", "profile", ...secrets.flatMap(namesOf)]
  const flags = Object.fromEntries(names.map((name) => [name, typedValue(args, name)]))
  return Effect.orElseSucceed(
    Effect.map(readCommandSources(flags, builtIn, folder), ({ sources }) => sources),
    () => ({ flags, environment: process.env }),
  )
}

/**
 * The sources of a command that reads settings in the user's own folder too, with the settings of one workspace alone. Without a folder
 * they are those of the worker.
 */
export const readCommandSources = Effect.fnUntraced(function* (
  flags: ConfigSources["flags"],
  modules: ModuleList,
  folder: string | undefined,
): Effect.fn.Return<CommandSources, ConfigError> {
  const sources = yield* readSources(flags, folder)
  if (folder === undefined) return { sources, problems: [], warnings: [] }
  const profile = yield* readProfile(flags["profile"], folder)
  const ids = builtIn.all.map(({ id }) => id)
  return withOneWorkspace(sources, profile, connectorFields(modules), ids)
})

const typedValue = (args: ReadonlyArray<string>, name: string): string | undefined => {
  const end = args.indexOf("--")
  const typed = end < 0 ? args : args.slice(0, end)
  const at = typed.findLastIndex((it) => it === `--${name}` || it.startsWith(`--${name}=`))
  return at < 0 ? undefined : typed[at] === `--${name}` ? (typed[at + 1] ?? "") : typed[at]?.slice(name.length + 3)
}

/**
 * The modules that the sources ask for: those that come with Rollcall, or the one that is named. A module of somebody else is
 * code, so the flag, the variable or a file that was named must ask for it, not one that lies in the folder.
 */
export const findModules = Effect.fnUntraced(function* (
  sources: ConfigSources,
): Effect.fn.Return<ModuleList, ConfigError> {
  const given = findGiven(connectorSetting, sources)
  if (given === undefined) return builtIn
  const { raw, origin } = given
  const name = typeof raw === "string" ? raw : raw?.at(-1)
  if (name === undefined || name === "") {
    return yield* new ConfigError({
      reason: invalidIn(origin),
      message: `${describeOrigin(origin)} must name a connector.`,
      hint: "Name one of `rollcall connectors`, a package, or a path that begins with . or /.",
    })
  }
  const known = builtIn.all.find(({ id }) => id === name)
  if (known !== undefined) return { ...builtIn, named: known }
  if (sources.file !== undefined && isFromFolder(origin, sources.file)) {
    return yield* new ConfigError({
      reason: "Invalid",
      message: `${describeOrigin(origin)} would run code that is not part of Rollcall: ${JSON.stringify(name)}.`,
      hint: `To allow it, name the file: --config ${sources.file.path}, or ${configFileVariable}; or name the connector with --connector.`,
    })
  }
  const { loadModule } = yield* Effect.promise(() => import("./loadModule.ts"))
  const from = origin.from === "file" ? origin.path : undefined
  const loaded = yield* loadModule(name, { origin, from, ids: builtIn.all.map(({ id }) => id) })
  const { module, about, file } = loaded
  return { all: [module], named: module, about, sources: new Map([[module, file]]) }
})
