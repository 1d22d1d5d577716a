// Puts the sources together: flags over environment over file over default, each value checked, with its origin.
import type { ConfigField, Failure } from "@rollcall/connector"
import { Effect, Redacted } from "effect"
import type { ConfigError, ConfigProblem } from "./ConfigError.ts"
import { failOnProblems, invalidIn } from "./ConfigError.ts"
import type { ConfigSources, Given, Origin } from "./sources.ts"
import { findGiven, levels, describeOrigin } from "./sources.ts"
import type { Parsed, RawValue, Secret, Unfit } from "./parseSetting.ts"
import { parseSetting, secretFromFile, secretFromValue } from "./parseSetting.ts"
import { fileVariableOf, secretFileName, variableOf } from "./describeField.ts"
import type { ResolvedConfig } from "./Settings.ts"

/** What a program demands of a setting's text beyond its type; fails with what is wrong and what to do, never quoting it. A list is given as one text, with commas. */
export type SettingRule = (text: string) => Effect.Effect<unknown, Pick<Failure, "message" | "hint">>

interface Resolved {
  readonly value?: unknown
  readonly origin: Origin
  readonly problem?: ConfigProblem
}

/**
 * The settings that the fields declare. Fails with one error that names every wrong value. A secret's file is read
 * here once, so that a missing one is found before any work begins, and again whenever the secret is asked for. `rules`
 * has what is demanded further, by the setting's name; `problems` were found elsewhere and are told along with the others.
 */
export const resolveConfig = Effect.fn("Config.resolve")(function* <const Fields extends ReadonlyArray<ConfigField>>(
  fields: Fields,
  sources: ConfigSources,
  rules: Readonly<Record<string, SettingRule>> = {},
  problems: ReadonlyArray<ConfigProblem> = [],
): Effect.fn.Return<ResolvedConfig<Fields>, ConfigError> {
  const resolved = new Map<string, Resolved>()
  for (const field of fields) {
    resolved.set(field.name, yield* resolveField(field, sources, rules[field.name]))
  }

  yield* failOnProblems([
    ...problems,
    ...[...resolved.values()].flatMap((it) => it.problem ?? []),
    ...fields.flatMap((field) => missingNeed(field, fields, resolved)),
  ])

  const settings = Object.fromEntries([...resolved].map(([name, it]) => [name, it.value]))
  const origins = Object.fromEntries([...resolved].map(([name, it]) => [name, it.origin]))
  // `Object.fromEntries` forgets the keys; each value was read as the type that its field declares.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { settings, origins } as unknown as ResolvedConfig<Fields>
})

/** What was found, where the rule takes its text. */
const obeying = (rule: SettingRule | undefined, resolved: Resolved, text: unknown): Effect.Effect<Resolved> => {
  const { origin } = resolved
  const whole: unknown = Array.isArray(text) ? text.join(",") : text
  if (rule === undefined || typeof whole !== "string") return Effect.succeed(resolved)
  return Effect.match(rule(whole), {
    onSuccess: () => resolved,
    onFailure: ({ message, hint }): Resolved => ({
      origin,
      problem: { reason: invalidIn(origin), message: `${describeOrigin(origin)} cannot be used. ${message}`, hint },
    }),
  })
}

const resolveField = (
  field: ConfigField,
  sources: ConfigSources,
  rule: SettingRule | undefined,
): Effect.Effect<Resolved> => {
  if (field.type === "secret") return resolveSecret(field, sources, rule)
  const given = findGiven(field.name, sources, variableOf(field))
  if (given !== undefined) {
    const found = readGiven(field, given)
    return obeying(rule, found, found.value)
  }
  if (field.default === undefined) return Effect.succeed({ origin: { from: "unset" } })
  return Effect.succeed(readGiven(field, { raw: String(field.default), origin: { from: "default" } }))
}

const readGiven = (
  field: ConfigField,
  { raw, origin }: { readonly raw: Given["raw"]; readonly origin: Origin },
): Resolved => {
  const parsed =
    raw === undefined
      ? { mustBe: field.type === "list" ? "be a list of names" : "be a single value" }
      : parseOrEmpty(field, raw)
  return "value" in parsed ? { value: parsed.value, origin } : { origin, problem: problemOf(field, origin, parsed) }
}

const problemOf = (field: ConfigField, origin: Origin, { mustBe, hint, meant = "" }: Unfit): ConfigProblem => ({
  reason: invalidIn(origin),
  message: `${describeOrigin(origin)} must ${mustBe}.`,
  hint:
    hint ??
    `${meant}${field.default === undefined ? "Correct it or leave it out." : `Correct it, or leave it out for ${field.default}.`}`,
})

/** An empty flag is most often a shell variable that was not set. */
const parseOrEmpty = (field: ConfigField, raw: RawValue): Parsed =>
  raw === "" ? { mustBe: "not be empty" } : parseSetting(field, raw)

const resolveSecret = Effect.fnUntraced(function* (
  field: ConfigField,
  sources: ConfigSources,
  rule: SettingRule | undefined,
) {
  for (const level of levels) {
    const value = level(field.name, sources, variableOf(field))
    const file = level(secretFileName(field.name), sources, fileVariableOf(field))
    if (value !== undefined && file !== undefined) return conflict(value.origin, file.origin)
    const given = value ?? file
    if (given === undefined) continue
    const { raw, origin } = given
    if (typeof raw !== "string" || raw === "") {
      const problem: ConfigProblem = {
        reason: invalidIn(origin),
        message: `${describeOrigin(origin)} must ${raw === "" ? "not be empty" : "be a single value"}.`,
        hint: "Correct it or leave it out.",
      }
      return { origin, problem }
    }
    const secret: Secret = value === undefined ? secretFromFile(raw, origin) : secretFromValue(raw, origin)
    return yield* secret.pipe(
      Effect.matchEffect({
        onSuccess: (text) => obeying(rule, { value: secret, origin }, Redacted.value(text)),
        onFailure: ({ reason, message, hint }) =>
          Effect.succeed<Resolved>({ origin, problem: { reason, message, hint } }),
      }),
    )
  }
  const unset: Resolved = { origin: { from: "unset" } }
  return unset
})

const conflict = (value: Origin, file: Origin): Resolved => ({
  origin: value,
  problem: {
    reason: "Conflict",
    message: `${describeOrigin(value)} and ${describeOrigin(file)} are both given.`,
    hint: "Keep one of them.",
  },
})

const missingNeed = (
  field: ConfigField,
  fields: ReadonlyArray<ConfigField>,
  resolved: ReadonlyMap<string, Resolved>,
): ReadonlyArray<ConfigProblem> => {
  const own = resolved.get(field.name)
  if (field.needs === undefined || own?.value === undefined || own.value === false) return []
  if (own.origin.from === "default") return []
  const need = resolved.get(field.needs)
  const needed = fields.find(({ name }) => name === field.needs)
  if (need !== undefined && (need.value !== undefined || need.problem !== undefined)) return []
  return [
    {
      reason: "Missing",
      message: `${describeOrigin(own.origin)} needs ${field.needs} to be set as well.`,
      hint: `Set ${variableOf(needed ?? { name: field.needs })} or --${field.needs}, or leave ${describeOrigin(own.origin)} out.`,
    },
  ]
}
