// The connectors that the console can add connections of, and the settings that it asks for: what belongs to a workspace, and nothing that
// says where something is, on the network or on this machine.
import { appFields, ConfigError, parseSetting } from "@rollcall/config"
import type { FormField, FormModule } from "@rollcall/console"
import type { ConfigField } from "@rollcall/connector"
import type { ConnectorModule } from "@rollcall/connector-module"
import type { ModuleList } from "@rollcall/host"
import { builtIn } from "@rollcall/host"
import { Effect } from "effect"

/** A connector, with what its connections have as `connector`. */
export interface ConsoleModule {
  readonly module: ConnectorModule
  readonly connector: string
  /** What is asked for, by name. */
  readonly fields: ReadonlyMap<string, ConfigField>
  /** What each connection is given without being asked. */
  readonly fixed: Readonly<Record<string, string>>
}

/** When a connection syncs, or for whom: settings whatever the connector is. */
export const commonFields = new Map<string, ConfigField>(
  ["every", "client-id", "client-secret"].flatMap((name) =>
    appFields.filter((field) => field.name === name).map((field) => [name, field] as const),
  ),
)

/** An address or a path is given by whoever starts the process, and never by a visitor. */
const isAsked = ({ type, receives }: ConfigField): boolean =>
  type !== "url" && type !== "path" && type !== "list" && type !== "date" && receives === undefined

/**
 * Those that the process was started with, by their ids.
 * @param given What each connection that is added is given, as `setting=value`, where its connector has such a setting.
 */
export const consoleModules = Effect.fnUntraced(function* (
  { all, sources }: ModuleList,
  given: ReadonlyArray<string>,
): Effect.fn.Return<ReadonlyMap<string, ConsoleModule>, ConfigError> {
  const modules = [...new Set([...all, ...builtIn.all])]
  const pairs = new Map<string, string>()
  for (const text of given) {
    const at = text.indexOf("=")
    const [name, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
    const fields = modules.flatMap((module) => module.fields.filter((field) => field.name === name))
    const [field] = fields
    // What is no pair may be a secret, so it is not quoted.
    if (field === undefined)
      return yield* wrong(
        name === "" ? "has an entry that is not setting=value" : `names ${name}, which is no setting of a connector`,
      )
    if (field.type === "secret") return yield* wrong(`gives ${name}, which is a secret`)
    const parsed = parseSetting(field, value)
    if ("mustBe" in parsed) return yield* wrong(`gives ${name}, which must ${parsed.mustBe}`)
    pairs.set(name, value)
  }
  return new Map(
    modules.map((module) => [
      module.id,
      {
        module,
        connector: sources?.get(module) ?? module.id,
        fields: new Map(
          module.fields.filter((field) => isAsked(field) && !pairs.has(field.name)).map((field) => [field.name, field]),
        ),
        fixed: Object.fromEntries([...pairs].filter(([name]) => module.fields.some((field) => field.name === name))),
      },
    ]),
  )
})

const wrong = (what: string) =>
  new ConfigError({
    reason: "Invalid",
    message: `BATON_CONSOLE_SETTINGS ${what}.`,
    hint: "Give settings of connectors that are no secrets, such as base-url=https://slack.example/api/, separated by commas.",
  })

/** How the form asks for it. */
export const formFieldOf = (field: ConfigField, isRequired = false): FormField => {
  const { name, type } = field
  // Here it goes without saying whose settings they are.
  const words = field.description.replace(/^Worker: /u, "")
  const common = { name, description: `${words.charAt(0).toUpperCase()}${words.slice(1)}`, isRequired }
  const fallback = field.default === undefined ? undefined : String(field.default)
  switch (type) {
    case "secret":
      return { ...common, type }
    case "boolean":
      // What is neither yes nor no where it is unset cannot be a box that is ticked or not.
      return field.default === false
        ? { ...common, type: "yes" }
        : { ...common, type: "choice", choices: ["", "true", "false"], default: fallback ?? "" }
    case "choice":
      return { ...common, type, choices: field.choices ?? [], default: fallback ?? "" }
    case "integer":
    case "number":
      return { ...common, type: "number", default: fallback }
    default:
      return { ...common, type: "text", default: fallback }
  }
}

/** A connector as the form shows it. */
export const formModuleOf = ({ module, fields, fixed }: ConsoleModule): FormModule => ({
  id: module.id,
  displayName: module.displayName,
  fields: [...fields.values()].map((field) => formFieldOf(field, field.name === module.selectedBy)),
  fixed: Object.entries(fixed),
})
