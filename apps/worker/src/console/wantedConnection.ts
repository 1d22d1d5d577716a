// What somebody wants to add, from the form to what can be stored; and what is wrong with it, setting by setting.
import { namesOf, parseSetting } from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import type { ConfigField } from "@rollcall/connector"
import type { Refused, WantedConnection } from "@rollcall/console"
import { settingRules } from "@rollcall/host"
import { Effect, Redacted, Result } from "effect"
import type { ConsoleModule } from "./consoleModules.ts"
import { commonFields } from "./consoleModules.ts"

/** What can be stored, and what cannot be used of it. */
export interface Prepared {
  readonly stored: StoredConnection
  /** What a setting must be instead, or why it cannot be used, by name. */
  readonly wrong: Readonly<Record<string, string>>
}

/** Refuses what the form does not ask for, whoever wrote the request: addresses, paths, other connectors. */
export const prepare = Effect.fnUntraced(function* (
  { name, module: id, labels, settings, secrets }: WantedConnection,
  modules: ReadonlyMap<string, ConsoleModule>,
): Effect.fn.Return<Prepared, Refused> {
  const chosen = modules.get(id)
  if (chosen === undefined) {
    return yield* Effect.fail({
      message: "There is no such connector.",
      hint: `This worker was started with ${[...modules.keys()].join(" and ")}.`,
    })
  }
  const known = new Map<string, ConfigField>([...chosen.fields, ...commonFields])
  const wrong: Record<string, string> = {}
  for (const setting of [...Object.keys(settings), ...secrets.keys()]) {
    const field = known.get(setting)
    const isSecret = secrets.has(setting)
    if (field === undefined || (field.type === "secret") !== isSecret) {
      return yield* Effect.fail(cannotBeSet(setting, chosen))
    }
    const text = isSecret ? Redacted.value(secrets.get(setting) ?? Redacted.make("")) : (settings[setting] ?? "")
    const found = yield* problemOf(field, text)
    if (found !== undefined) wrong[setting] = found
  }
  const { selectedBy } = chosen.module
  if (known.get(selectedBy)?.type === "secret" && !secrets.has(selectedBy)) wrong[selectedBy] = "It must be given."
  return { stored: { name, labels, settings: { ...settings, ...chosen.fixed, connector: chosen.connector } }, wrong }
})

/** It is not quoted where it is none: it is a name that somebody made up. */
const cannotBeSet = (setting: string, { module }: ConsoleModule): Refused => {
  const names = [...module.fields, ...commonFields.values()].flatMap(namesOf)
  return {
    message: names.includes(setting)
      ? `${setting} cannot be set here.`
      : "The form has a setting that cannot be set here, such as an address, a path or the name of a file.",
    hint: "Add the connection in the file of connections, or with `rollcall connections add`.",
  }
}

const problemOf = Effect.fnUntraced(function* (field: ConfigField, text: string) {
  const parsed = parseSetting(field, text)
  if ("mustBe" in parsed) return `It must ${parsed.mustBe}.`
  const rule = settingRules[field.name]
  if (rule === undefined) return undefined
  const obeyed = yield* Effect.result(rule(text))
  return Result.isFailure(obeyed) ? `${obeyed.failure.message} ${obeyed.failure.hint}` : undefined
})
