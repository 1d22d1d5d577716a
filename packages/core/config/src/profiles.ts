// The connection that `--profile` chooses for a command: one entry of the user's file of connections, which is that of the worker. And what
// of the other places still counts: the settings of a connector belong to one workspace, so a token that was forgotten somewhere must not
// stand next to those of another.
import type { ConfigField } from "@rollcall/connector"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { ConfigProblem } from "./ConfigError.ts"
import { ConfigError } from "./ConfigError.ts"
import type { ConfigFile } from "./ConfigFile.ts"
import type { Connection } from "./connections.ts"
import { connectionSources, readConnections } from "./connections.ts"
import { namesOf, variableOf, variablesOf } from "./describeField.ts"
import { suggestion } from "./editDistance.ts"
import type { RawValue } from "./parseSetting.ts"
import type { ConfigSources } from "./sources.ts"
import { describeOrigin, findGiven, withoutLastNewline } from "./sources.ts"
import { profileVariable, userConnectionsFile } from "./userFolder.ts"

/** The setting that names a connector. */
const connectorSetting = "connector"

/** The name that the flag, or else its variable, gives. */
export const profileNamed = (
  typed: RawValue | undefined,
  environment: ConfigSources["environment"] = process.env,
): string | undefined => {
  const given = typed ?? (withoutLastNewline(environment[profileVariable] ?? "") || undefined)
  return given === undefined || typeof given === "string" ? given : (given.at(-1) ?? "")
}

/** The connection that the flag or its variable names, out of the user's folder; nothing where none is named. */
export const readProfile = Effect.fn("Config.readProfile")(function* (
  typed: RawValue | undefined,
  folder: string | undefined,
  environment: ConfigSources["environment"] = process.env,
): Effect.fn.Return<Connection | undefined, ConfigError> {
  const name = profileNamed(typed, environment)
  if (name === undefined) return undefined
  const origin = typed === undefined ? profileVariable : "--profile"
  const missing = (why: string, hint: string) =>
    new ConfigError({
      reason: "Invalid",
      message: `${origin} names no connection: ${why}.`,
      hint: `${hint}\`rollcall init --profile NAME\` adds one.`,
    })
  const path = folder === undefined ? undefined : join(folder, userConnectionsFile)
  if (path === undefined) return yield* missing("this user has no folder for settings", "Set XDG_CONFIG_HOME. ")
  if (!existsSync(path)) return yield* missing(`${path} does not exist`, "")
  const { connections, problems } = yield* readConnections(path)
  const found = connections.find((one) => one.name === name)
  if (found !== undefined) return found
  const problem = problems.find(({ connection }) => connection === name)
  if (problem !== undefined) return yield* new ConfigError(problem)
  const names = connections.map((one) => one.name)
  const all = names.length === 0 ? "" : `There are ${names.join(", ")}. `
  // What stands in the place of a name may be anything.
  return yield* missing(`${path} has no ${JSON.stringify(name.slice(0, 60))}`, `${suggestion(name, names)}${all}`)
})

/** The sources of a command, and what is wrong or without effect in them. */
export interface CommandSources {
  readonly sources: ConfigSources
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
}

/**
 * The sources with the settings of one workspace alone; `fields` are those of the connectors. With a profile these come from its entry and
 * from flags. Without one, those in the user's own file count where no other place has a secret of a connector, or names a connector that
 * `ids`, which come with Rollcall, do not have.
 */
export const withOneWorkspace = (
  sources: ConfigSources,
  profile: Connection | undefined,
  fields: ReadonlyArray<ConfigField>,
  ids: ReadonlyArray<string>,
): CommandSources => {
  const { flags, environment, file, user } = sources
  if (profile === undefined) {
    const stronger: ConfigSources = { flags, environment, file }
    const named = findGiven(connectorSetting, stronger)?.raw
    const isOther = named !== undefined && !ids.some((id) => id === named)
    const hasSecret = fields.some((field) => field.type === "secret" && givenAs(field, stronger).length > 0)
    return {
      sources: isOther || hasSecret ? { ...stronger, user: without(user, fields) } : sources,
      problems: [],
      warnings: [],
    }
  }
  const entry = connectionSources(profile, fields, { flags: {}, environment }, () => false)
  const entries = new Map(entry.sources.file?.entries)
  const variables = new Set([...fields.flatMap(variablesOf), variableOf({ name: connectorSetting })])
  const rest: ConfigSources = {
    flags,
    environment: Object.fromEntries(Object.entries(environment).filter(([name]) => !variables.has(name))),
    file: without(file, fields),
    user: without(user, fields),
  }
  const own = { path: profile.path, entries }
  if (findGiven("file", { ...rest, profile: own }) === undefined) {
    entries.set("file", { value: `${profile.name}.c1z`, line: profile.line })
  }
  const ignored = [...fields, { name: connectorSetting, type: "text", description: "" } as const].flatMap((field) =>
    givenAs(field, { flags: {}, environment, file }),
  )
  return {
    sources: { ...rest, profile: own },
    problems: [...entry.problems, ...(flags[connectorSetting] === undefined ? [] : [twoConnectors])],
    warnings:
      ignored.length === 0
        ? []
        : [
            `The profile ${profile.name} has settings of its own, so ${[...new Set(ignored)].join(", ")} ${ignored.length === 1 ? "has" : "have"} no effect.`,
          ],
  }
}

const twoConnectors: ConfigProblem = {
  reason: "InvalidFlag",
  message: "--connector and a profile exclude each other: the entry of the profile says which connector it is for.",
  hint: "Leave one of them out.",
}

/** Where a field is given, as messages say it. */
const givenAs = (field: ConfigField, sources: ConfigSources): ReadonlyArray<string> =>
  namesOf(field).flatMap((name, index) => {
    const given = findGiven(name, sources, variablesOf(field)[index])
    return given === undefined ? [] : [describeOrigin(given.origin)]
  })

/** The file without what belongs to a connector. */
const without = (file: ConfigFile | undefined, fields: ReadonlyArray<ConfigField>): ConfigFile | undefined => {
  if (file === undefined) return undefined
  const names = new Set([...fields.flatMap(namesOf), connectorSetting])
  return { ...file, entries: new Map([...file.entries].filter(([key]) => !names.has(key))) }
}
