// Asks for a workspace, tests what it is told, and keeps it.
import type { ConfigEntry, ConfigError, ResolvedConfig, Secret } from "@rollcall/config"
import { describeOrigin, resolveConfig, secretFileName, variableOf } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { exitCodes } from "@rollcall/connector"
import type { ConnectorModule } from "@rollcall/connector-module"
import type { ModuleList } from "@rollcall/host"
import { builtIn, diagnoseModule } from "@rollcall/host"
import { Effect, Redacted } from "effect"
import { resolve } from "node:path"
import { printFindings } from "../doctor/printFindings.ts"
import { ExitWith, UsageError } from "../errors.ts"
import { ownCommand } from "../ownCommand.ts"
import { printLines } from "../render/printListing.ts"
import { errLines } from "../Screen.ts"
import type { Asking } from "./asking.ts"
import { openAsking } from "./asking.ts"
import type { Place, PlaceRequest } from "./places.ts"
import { findPlace, keepSecrets } from "./places.ts"
import type { Plan } from "./plans.ts"
import { plansOf } from "./plans.ts"
import type { WrittenSettings } from "./writeSettings.ts"
import { writeSettings } from "./writeSettings.ts"

/** What the command was asked for. */
export interface InitRequest extends PlaceRequest {
  readonly plan: string | undefined
  /** Settings of the connectors that flags and variables give. */
  readonly config: ResolvedConfig<ReadonlyArray<ConfigField>>
}

/** Secrets by their settings. */
type Secrets = ReadonlyMap<string, Redacted.Redacted>

/** Sets a workspace up. */
export const runInit = Effect.fn("Init.run")(function* (modules: ModuleList, request: InitRequest) {
  const place = yield* findPlace(request)
  const asking = yield* openAsking
  const plan = yield* choosePlan(modules, request, asking)
  const settings = givenSettings(plan, request)
  if (request.here) yield* refuseUntrusted(plan.module, settings)
  const names = secretsOf(plan.module).map(({ name }) => name)
  if (!request.force) yield* keepSecrets(place, names)
  const given = yield* givenSecrets(plan.module, request)
  if (asking !== undefined) yield* sayWhereTokensAre(plan, given)
  let secrets = yield* withAnswers(plan, given, asking)
  while (!(yield* isGoodEnough(plan.module, settings, secrets, asking))) {
    secrets = yield* withAnswers(plan, new Map(), asking)
  }
  yield* writeSettings(place, withFiles(place, settings, secrets), secrets, request)
  yield* printLines(summaryOf(place, secrets, variablesOf(plan.module, request)))
})

/** The plan that is named, that the tokens or the connector leave no choice of, or that somebody chooses. */
const choosePlan = Effect.fnUntraced(function* (
  modules: ModuleList,
  { plan: asked, config }: InitRequest,
  asking: Asking | undefined,
) {
  const all = plansOf(modules)
  const { named } = modules
  const fitting = all.filter(
    ({ module, plan }) => (named === undefined || module === named) && (asked ?? plan) === plan,
  )
  const [only, ...others] = fitting
  if (only === undefined) {
    return yield* new UsageError({
      message: `--connector and --plan name different connectors.`,
      hint: "Leave one of them out.",
    })
  }
  if (others.length === 0) return only
  if (asking === undefined) {
    // The most particular connector whose token is given, as for every other command.
    const module = modules.all.find(({ selectedBy }) => Reflect.get(config.settings, selectedBy) !== undefined)
    const found = fitting.find((it) => it.module === module)
    return found ?? (yield* nobodyToAsk("the plan", fitting, only.module))
  }
  return yield* asking.choose(
    "Which plan does the workspace have?",
    fitting.map((plan) => ({ title: plan.displayName, value: plan })),
  )
})

const nobodyToAsk = (what: string, plans: ReadonlyArray<Plan>, module: ConnectorModule) => {
  const flags = secretsOf(module)
    .filter(({ name }) => name === module.selectedBy)
    .map(({ name }) => `--${secretFileName(name)} PATH`)
  const variables = secretsOf(module).map(variableOf)
  return new UsageError({
    message: `Nobody can be asked for ${what}, as this is no terminal.`,
    hint: `Give --plan ${plans.map(({ plan }) => plan).join("|")} and the file of each token, such as ${flags.join(" ")}, or set ${variables.join(" and ")}.`,
  })
}

const secretsOf = ({ fields }: ConnectorModule): ReadonlyArray<ConfigField> =>
  fields.filter(({ type }) => type === "secret")

const isGiven = ({ origins }: InitRequest["config"], name: string): boolean =>
  ["flag", "environment"].includes(origins[name]?.from ?? "unset")

/** What is to be written besides the secrets. */
const givenSettings = ({ module, settings }: Plan, { config }: InitRequest): WrittenSettings => {
  const values: Readonly<Record<string, unknown>> = { ...config.settings }
  const own = module.fields.filter(({ name, type }) => type !== "secret" && isGiven(config, name))
  const isOurs = builtIn.all.some(({ id }) => id === module.id)
  const given = values["connector"]
  const connector = typeof given === "string" ? given : module.id
  return {
    // A path goes from the folder in which it was typed.
    ...(isOurs ? {} : { connector: /^\.{1,2}[\\/]/u.test(connector) ? resolve(connector) : connector }),
    ...Object.fromEntries(
      own.map(({ name, type }) => [name, type === "path" ? resolve(String(values[name])) : asWritten(values[name])]),
    ),
    ...settings,
  }
}

const asWritten = (value: unknown): WrittenSettings[string] =>
  typeof value === "number" || typeof value === "boolean"
    ? value
    : Array.isArray(value)
      ? value.map(String)
      : String(value)

/** A file that lies in a folder may not name code, nor say where a token goes that lies elsewhere, so every command would refuse it. */
const refuseUntrusted = Effect.fnUntraced(function* ({ fields }: ConnectorModule, settings: WrittenSettings) {
  if ("connector" in settings) {
    return yield* new UsageError({
      message:
        "A connector that is not part of Rollcall cannot be kept in this folder: a file of a folder may not name code.",
      hint: "Leave out --here, or add a profile with --profile NAME.",
    })
  }
  const host = fields.find(({ name, type, receives }) => (type === "url" || receives !== undefined) && name in settings)
  if (host === undefined) return
  return yield* new UsageError({
    message: `${host.name} cannot be kept in this folder: tokens of the user's folder are not sent to a host that a file of a folder names.`,
    hint: "Leave out --here, or add a profile with --profile NAME.",
  })
})

/** Those that flags and variables give. */
const givenSecrets = Effect.fnUntraced(function* (module: ConnectorModule, { config }: InitRequest) {
  const secrets = new Map<string, Redacted.Redacted>()
  for (const { name } of secretsOf(module)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The field is a secret.
    const secret = Reflect.get(config.settings, name) as Secret | undefined
    if (secret === undefined) continue
    secrets.set(name, yield* secret)
    yield* errLines([`${name}: taken from ${describeOrigin(config.origins[name] ?? { from: "unset" })}.`])
  }
  return secrets
})

/** Says how to come by the tokens that are asked for. */
const sayWhereTokensAre = Effect.fnUntraced(function* ({ module, settings }: Plan, given: Secrets) {
  if (secretsOf(module).every(({ name }) => given.has(name))) return
  const app = (yield* Effect.promise(module.load)).manifest?.(yield* resolved(module.manifestFields ?? [], settings))
  if (app === undefined) return
  yield* errLines([
    "",
    "The tokens come with an app that has exactly the permissions that are used. This page creates it; install it then, and copy its tokens:",
    app.link,
    "",
  ])
})

/** The secrets with those that somebody types. */
const withAnswers = Effect.fnUntraced(function* (
  { module, ...plan }: Plan,
  given: Secrets,
  asking: Asking | undefined,
) {
  const secrets = new Map(given)
  for (const { name, description } of secretsOf(module)) {
    const optional = name !== module.selectedBy
    if (secrets.has(name) || (asking === undefined && optional)) continue
    if (asking === undefined) return yield* nobodyToAsk(`the ${name}`, [{ module, ...plan }], module)
    yield* errLines([`${name}: ${description}${optional ? " May be left out: press Enter." : ""}`])
    const secret = yield* asking.secret(`${name} (not shown)`, { optional })
    if (Redacted.value(secret) !== "") secrets.set(name, secret)
  }
  return secrets
})

/** Tests the settings, prints what is found, and asks where that is not good. `false` has the secrets typed again. */
const isGoodEnough = Effect.fnUntraced(function* (
  module: ConnectorModule,
  settings: WrittenSettings,
  secrets: Secrets,
  asking: Asking | undefined,
) {
  const tested = yield* Effect.result(resolved(module.fields, settings, secrets))
  if (tested._tag === "Failure") {
    if (asking === undefined) return yield* tested.failure
    yield* errLines([`error: ${tested.failure.message}`, tested.failure.hint])
  } else {
    const { findings } = yield* diagnoseModule(module, tested.success)
    yield* printFindings(findings, "table")
    const failure = findings.find(({ state }) => state === "failed")
    if (failure === undefined) return true
    if (asking === undefined) {
      yield* errLines(["Nothing was written."])
      return yield* new ExitWith({ code: exitCodes[failure.kind ?? "unexpected"] })
    }
  }
  const next = yield* asking.choose("A sync would fail with these settings.", [
    { title: "Type the tokens again", value: "again" },
    { title: "Keep them as they are", value: "keep" },
    { title: "Stop, and write nothing", value: "stop" },
  ])
  if (next === "stop") {
    yield* errLines(["Nothing was written."])
    return yield* new ExitWith({ code: exitCodes.cancelled })
  }
  return next === "keep"
})

/** The settings of these fields as a command will have them. */
const resolved = (
  fields: ReadonlyArray<ConfigField>,
  settings: WrittenSettings,
  secrets: Secrets = new Map(),
): Effect.Effect<object, ConfigError> => {
  const values = [
    ...Object.entries(settings).map(([name, value]) => [name, Array.isArray(value) ? value : String(value)] as const),
    ...[...secrets].map(([name, secret]) => [name, Redacted.value(secret)] as const),
  ]
  const entries = new Map<string, ConfigEntry>(values.map(([name, value]) => [name, { value }]))
  return Effect.map(
    resolveConfig(fields, { flags: {}, environment: {}, file: { path: "what was typed", entries } }),
    (config) => config.settings,
  )
}

const withFiles = ({ secretFile }: Place, settings: WrittenSettings, secrets: Secrets): WrittenSettings => ({
  ...settings,
  ...Object.fromEntries([...secrets.keys()].map((name) => [secretFileName(name), secretFile(name)])),
})

/** The variables that stand in place of what was written, as long as they are set. */
const variablesOf = (module: ConnectorModule, { config, profile }: InitRequest): ReadonlyArray<string> =>
  profile === undefined
    ? secretsOf(module).flatMap(({ name }) => {
        const origin = config.origins[name]
        return origin?.from === "environment" ? [origin.name] : []
      })
    : []

const summaryOf = (
  { path, secretFile, flag }: Place,
  secrets: Secrets,
  variables: ReadonlyArray<string>,
): ReadonlyArray<string> => [
  "",
  `Wrote ${path}.`,
  ...[...secrets.keys()].map((name) => `Wrote ${secretFile(name)}, which only you can read.`),
  ...(variables.length === 0
    ? []
    : [
        `As long as ${variables.join(" and ")} ${variables.length === 1 ? "is" : "are"} set, commands take that instead: unset it.`,
      ]),
  "",
  "What to do next:",
  `  ${ownCommand()} sync${flag}`,
]
