// Command-line flags for declared settings. They hand on what was typed; checking it is the configuration's work, so
// that a flag, a variable and a line of the file are refused in the same words.
import type { RawValue } from "@rollcall/config"
import { appFields, configFileVariable, defaultConfigFile, flagsOf, goSettings, secretFileName } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { Effect, Option, Redacted } from "effect"
import { Flag, Param, Primitive } from "effect/cli"

/** Flags as they were typed, by name; `undefined` for those that were not. */
export type GivenFlags = Readonly<Record<string, RawValue | undefined>>

type SettingFlag = Flag.Flag<RawValue | undefined>

/** The flags of these settings, and `--config`. */
export const fieldFlags = (fields: ReadonlyArray<ConfigField>): Readonly<Record<string, SettingFlag>> => ({
  ...Object.fromEntries(fields.flatMap(flagsOfField)),
  config: typed(pathFlag("config")).pipe(
    Flag.withDescription(`The configuration file. (env: ${configFileVariable}; default: ${defaultConfigFile})`),
  ),
})

/**
 * The flags of the Go connector that a sync has not, so that its command lines keep working or are refused for what they
 * ask. They are not in help.
 */
export const goFlags = (): Readonly<Record<string, SettingFlag>> =>
  Object.fromEntries(
    goSettings
      .filter(({ environmentOnly, here }) => environmentOnly !== true && here !== "same" && here !== "workerOnly")
      .map(({ name, takesValue }) => {
        const flag = takesValue ? Flag.String(name).pipe(Flag.atLeast(0), Flag.map(noneIfEmpty)) : switchOf(name)
        const short = fieldNamed(name)?.short
        return [name, (short === undefined ? flag : flag.pipe(Flag.withAlias(short))).pipe(Flag.withHidden)]
      }),
  )

const fieldNamed = (name: string): ConfigField | undefined => appFields.find((field) => field.name === name)

/** Names and short names of flags of the Go connector: some commands take some of them without showing them in help. */
export const hiddenFlags: ReadonlyArray<string> = goSettings.flatMap(({ name }) => {
  const short = fieldNamed(name)?.short
  return short === undefined ? [name] : [name, short]
})

const flagsOfField = (field: ConfigField): ReadonlyArray<readonly [string, SettingFlag]> =>
  flagsOf(field).map(({ name, short, description }) => {
    const flag = name === secretFileName(field.name) ? typed(pathFlag(name)) : flagOf(field)
    const described = flag.pipe(Flag.withDescription(description))
    return [name, short === undefined ? described : described.pipe(Flag.withAlias(short))]
  })

const flagOf = (field: ConfigField): SettingFlag => {
  switch (field.type) {
    case "boolean":
      return switchOf(field.name)
    case "secret":
      return Flag.Redacted(field.name).pipe(
        Flag.optional,
        Flag.map((given) => Option.getOrUndefined(Option.map(given, Redacted.value))),
        Flag.withMetavar(metavars.secret),
      )
    case "list":
      return Flag.String(field.name).pipe(Flag.withMetavar(metavars.list), Flag.atLeast(0), Flag.map(noneIfEmpty))
    case "choice":
      return typed(openChoice(field.name, field.choices ?? [])).pipe(Flag.withMetavar(metavars.choice))
    case "path":
      return typed(pathFlag(field.name))
    default:
      return typed(Flag.String(field.name)).pipe(Flag.withMetavar(metavars[field.type]))
  }
}

/** Help and completions show the choices; the parser takes any word, as of every other flag. */
export const openChoice = (name: string, choices: ReadonlyArray<string>): Flag.Flag<string> =>
  Param.makeSingle({
    kind: Param.flagKind,
    name,
    primitiveType: Object.assign(Primitive.Choice(choices.map((choice) => [choice, choice])), {
      parse: Effect.succeed<string>,
    }),
  })

/** Stands alone, or with a value behind `=`, which is handed on as it was typed. */
const switchOf = (name: string): SettingFlag =>
  typed(Param.makeSingle({ kind: Param.flagKind, name, primitiveType: textOfBoolean }))

const textOfBoolean: Primitive.Primitive<string> = Object.assign(
  Object.create(Object.getPrototypeOf(Primitive.Boolean)),
  Primitive.Boolean,
  { parse: Effect.succeed<string> },
)

const typed = (flag: Flag.Flag<string>): SettingFlag => flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

const noneIfEmpty = (given: ReadonlyArray<string>): RawValue | undefined => (given.length === 0 ? undefined : given)

const metavars: Readonly<Record<Exclude<ConfigField["type"], "boolean" | "path">, string>> = {
  text: "text",
  secret: "secret",
  integer: "number",
  number: "number",
  url: "url",
  list: "a,b,…",
  choice: "choice",
  date: "yyyy-mm-dd",
}

/** Shells complete it; it is handed on as it was typed, for whoever opens it says better what is wrong with it. */
export const pathFlag = (name: string): Flag.Flag<string> =>
  Param.makeSingle({
    kind: Param.flagKind,
    name,
    primitiveType: Object.assign(Primitive.Path("either"), { parse: Effect.succeed<string> }),
  }).pipe(Flag.withMetavar("path"))
