// A command whose flags are settings: it gets them resolved, and its log goes where they say.
import type { CommandSources, ConfigProblem, Origin, ResolvedConfig, Settings } from "@rollcall/config"
import {
  describeOrigin,
  failOnProblems,
  filesOf,
  findOtherRequests,
  foreignHosts,
  misplacedSettings,
  misspelledKeys,
  profileNamed,
  profileVariable,
  resolveConfig,
  suggestion,
  userConnectionsFile,
  userFolder,
} from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { eachOnce, proxyProblems, readCommandSources, settingRules, SharedStores } from "@rollcall/host"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { UsageError } from "../errors.ts"
import { Screen } from "../Screen.ts"
import type { AnyFormat, OutputFormat } from "../render/printListing.ts"
import { commonFields, leaseFields, outputFields } from "./commandFields.ts"
import type { GivenFlags } from "@rollcall/host/command-line"
import { fieldFlags } from "@rollcall/host/command-line"
import { loggingLayer } from "@rollcall/host/logging"
import { knownFields, KnownModules, warn, warnAboutUnused } from "./knownModules.ts"

/** What the handler of a command is given. */
export interface CommandInput<
  Fields extends ReadonlyArray<ConfigField>,
  Own extends Command.Command.Config,
  Format extends AnyFormat = OutputFormat,
> {
  readonly settings: Settings<Fields>
  /** Settings of the connectors, by name; each connector knows the types of its own. */
  readonly connectorSettings: object
  readonly config: ResolvedConfig<Fields>
  readonly format: Format
  readonly quiet: boolean
  /** The profile that was asked for. */
  readonly profile: string | undefined
  /** Flags and arguments of this command alone, which have no environment variable. */
  readonly own: Command.Command.Config.InferValue<Own>
}

/** The declaration of a command. */
export interface CommandOptions<
  Fields extends ReadonlyArray<ConfigField>,
  Own extends Command.Command.Config,
  Format extends AnyFormat = OutputFormat,
> {
  readonly summary: string
  readonly description?: string
  /** Its settings, beside the output format and those that every command has. */
  readonly fields: Fields
  /** The fields of the connectors, for a command that uses one. */
  readonly connectorFields?: ReadonlyArray<ConfigField>
  readonly own: Own
  /** `false` for a command that prints no listing and so has no `--output-format`. */
  readonly listing?: boolean
  /** The forms of its results, the default first, where those of records are not the ones. */
  readonly formats?: readonly [Format, ...ReadonlyArray<Format>]
  /** Flags that are taken and not acted on. */
  readonly ignored?: ReturnType<typeof fieldFlags>
  /** Settings that ask for something other than a sync, and keys of the file that look misspelt, end it. */
  readonly refuses?: { readonly forWorker: boolean }
  /** `true` for a command that writes the files of settings: it takes flags and variables alone. */
  readonly withoutFiles?: boolean
  /** `true` for a command that asks for secrets: none is a flag, as others see those; the files of secrets are. */
  readonly asksForSecrets?: boolean
  readonly examples?: ReadonlyArray<Command.Command.Example>
}

/** Makes a command. `run` is called with checked settings; whatever it needs beyond them it imports itself. */
export const settingsCommand = <
  const Name extends string,
  const Fields extends ReadonlyArray<ConfigField>,
  const Own extends Command.Command.Config,
  E,
  R,
  const Format extends AnyFormat = OutputFormat,
>(
  name: Name,
  options: CommandOptions<Fields, Own, Format>,
  run: (input: CommandInput<Fields, Own, Format>) => Effect.Effect<void, E, R>,
) =>
  Command.make(
    name,
    {
      own: options.own,
      given: {
        ...options.ignored,
        ...flagsOfCommand(options),
        profile: profileFlag,
      },
    },
    ({ given, own }) => handle(options, given, (resolved) => run({ ...resolved, own })),
  ).pipe(
    Command.withShortDescription(options.summary),
    Command.withDescription(options.description ?? options.summary),
    Command.withExamples(options.examples ?? []),
  )

const handle = Effect.fnUntraced(function* <
  const Fields extends ReadonlyArray<ConfigField>,
  Format extends AnyFormat,
  E,
  R,
>(
  options: Pick<
    CommandOptions<Fields, never, Format>,
    "fields" | "connectorFields" | "listing" | "formats" | "refuses" | "withoutFiles"
  >,
  typed: GivenFlags,
  run: (input: Omit<CommandInput<Fields, never, Format>, "own">) => Effect.Effect<void, E, R>,
) {
  const screen = yield* Screen
  const { fields, connectorFields = [], listing, refuses } = options
  const output = outputFieldsOf(options, { allForms: true })
  const modules = yield* KnownModules
  const own = yield* options.withoutFiles === true
    ? onlyGiven(typed)
    : readCommandSources(typed, modules, userFolder(process.env))
  const { sources } = own
  const all: ReadonlyArray<ConfigField> = [...commonFields, ...output, ...fields, ...connectorFields]
  const reported = new Set<string>()
  const problems: Array<ConfigProblem> = [
    ...own.problems,
    ...(connectorFields.length > 0 || refuses !== undefined ? proxyProblems() : []),
  ]
  if (refuses !== undefined) {
    const others = findOtherRequests(sources, refuses)
    yield* failOnProblems(others.problems)
    // Not for --quiet to silence, as somebody may wait for what the file asks.
    yield* warn(others.warnings)
    others.names.forEach((name) => reported.add(name))
    for (const { key, problem } of filesOf(sources).flatMap((file) => misspelledKeys(knownFields(modules), file))) {
      reported.add(key)
      problems.push(problem)
    }
  }
  // All at once, so that every wrong value is named; and beside them what is not used, as it may be one that was misspelt.
  const resolved = yield* Effect.tapError(resolveConfig(eachOnce(all), sources, settingRules, problems), () =>
    warnAboutUnused(sources, reported),
  )
  const common = picked(commonFields, resolved).settings
  // Without results there is none, and nobody looks.
  const format = listing === false ? formatsOf(options)[0] : yield* formatOf(options, picked(output, resolved))
  const config = picked(fields, resolved)
  // `config show` sends nothing, and has no fields of connectors.
  const sent = refuses === undefined ? connectorFields : [...fields, ...connectorFields]
  yield* failOnProblems([
    ...foreignHosts(sent, resolved, sources.file),
    ...misplacedSettings(all, resolved, sources.file),
  ])
  if (!common.quiet) {
    yield* warn(own.warnings)
    yield* warnAboutUnused(sources, reported)
  }
  const logging = loggingLayer({
    level: common["log-level"],
    format: common["log-format"],
    isTerminal: screen.errIsTerminal,
  })
  const { "database-url": database, leases } = picked(leaseFields, resolved).settings
  if (database !== undefined && leases !== undefined) {
    const [file, url] = [resolved.origins["leases"], resolved.origins["database-url"]]
    if (file !== undefined && url !== undefined) yield* failOnProblems([oneStore(file, url)])
  }
  const work = run({
    settings: config.settings,
    connectorSettings: resolved.settings,
    config,
    format,
    quiet: common.quiet,
    profile: profileNamed(typed["profile"]),
  })
  const inPlace =
    database === undefined
      ? work
      : Effect.scoped(
          Effect.promise(() => import("./sharedStores.ts")).pipe(
            Effect.flatMap(({ sharedStores }) => sharedStores(database)),
            Effect.flatMap((stores) => Effect.provideService(work, SharedStores, stores)),
          ),
        )
  yield* inPlace.pipe(
    Effect.tapCause((cause) => Effect.logDebug("the command failed", cause)),
    Effect.provide(logging),
  )
})

const flagsOfCommand = <Format extends AnyFormat>({
  fields,
  connectorFields = [],
  asksForSecrets = false,
  ...options
}: Pick<
  CommandOptions<ReadonlyArray<ConfigField>, never, Format>,
  "fields" | "connectorFields" | "listing" | "formats" | "asksForSecrets"
>) => {
  const all = [...fields, ...outputFieldsOf(options), ...connectorFields, ...commonFields]
  const secrets = asksForSecrets ? all.filter(({ type }) => type === "secret").map(({ name }) => name) : []
  return Object.fromEntries(Object.entries(fieldFlags(all)).filter(([name]) => !secrets.includes(name)))
}

const onlyGiven = (flags: GivenFlags): Effect.Effect<CommandSources> =>
  Effect.succeed({ sources: { flags, environment: process.env }, problems: [], warnings: [] })

/** `--profile` */
const profileFlag = Flag.String("profile").pipe(
  Flag.withMetavar("name"),
  Flag.withDescription(
    `The connection to use, of ${userConnectionsFile} in the user's folder for settings. (env: ${profileVariable})`,
  ),
  Flag.optional,
  Flag.map(Option.getOrUndefined),
)

/** Were one of the two passed over without a word, what it holds would seem not to be. */
const oneStore = (file: Origin, database: Origin): ConfigProblem => ({
  reason: "Conflict",
  message: `${describeOrigin(file)} and ${describeOrigin(database)} are both given, and access for a time is kept in one of them.`,
  hint: "Leave the first out where workers share a database, and the second where a worker keeps a file.",
})

/** The same settings with the types that some of the fields declare: they were resolved from these fields among others. */
const picked = <const Fields extends ReadonlyArray<ConfigField>>(
  _: Fields,
  resolved: ResolvedConfig<ReadonlyArray<ConfigField>>,
): ResolvedConfig<Fields> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  resolved

type OutputField = Omit<(typeof outputFields)[number], "choices" | "default"> & {
  readonly choices: ReadonlyArray<AnyFormat>
  readonly default: AnyFormat
}

type Formats<Format extends AnyFormat> = Pick<CommandOptions<never, never, Format>, "listing" | "formats">

/** The forms of records, which a command has unless it names others. */
const recordFormats: readonly [OutputFormat, ...ReadonlyArray<OutputFormat>] = [
  "table",
  "json",
  "ndjson",
  "csv",
  "markdown",
]

/** The forms of a command, the default first. */
const formatsOf = <Format extends AnyFormat>({
  formats,
}: Formats<Format>): readonly [Format, ...ReadonlyArray<Format>] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Where none are named, they are those of records.
  formats ?? (recordFormats as unknown as readonly [Format])

/** @param allForms Whether the field takes the forms of every command: a variable is set for all of them. */
const outputFieldsOf = <Format extends AnyFormat>(
  options: Formats<Format>,
  { allForms = false }: { readonly allForms?: boolean } = {},
): ReadonlyArray<OutputField> => {
  if (options.listing === false) return []
  const formats = formatsOf(options)
  return outputFields.map((field) => ({
    ...field,
    choices: allForms ? field.choices : formats,
    default: formats[0],
  }))
}

/** The form of the results. One that the command lacks is refused where a flag names it, and else replaced by its first. */
const formatOf = Effect.fnUntraced(function* <Format extends AnyFormat>(
  options: Formats<Format>,
  { settings, origins }: ResolvedConfig<ReadonlyArray<OutputField>>,
) {
  const format: AnyFormat = settings["output-format"]
  const formats = formatsOf(options)
  const found = formats.find((it) => it === format)
  if (found !== undefined) return found
  const [first] = formats
  const origin = origins["output-format"]
  if (origin.from === "flag") {
    return yield* new UsageError({
      message: `--output-format must be one of ${formats.join(", ")}.`,
      hint: `${suggestion(format, formats)}Correct it, or leave it out for ${first}.`,
    })
  }
  yield* warn([
    `${describeOrigin(origin)} is ${format}, which this command does not have; its results are ${named[first]}.`,
  ])
  return first
})

const named: Readonly<Record<AnyFormat, string>> = {
  table: "a table",
  json: "JSON",
  ndjson: "NDJSON",
  csv: "CSV",
  markdown: "Markdown",
  html: "an HTML page",
}
