// Declares a module, and says what is wrong with a value that should be one.
import { variableName } from "@rollcall/config"
import type { ActionDeclaration, ConfigField } from "@rollcall/connector"
import { Schema } from "effect"
import type { ConnectorModule, Implementation, TypedModule } from "./ConnectorModule.ts"
import { contractVersion } from "./ConnectorModule.ts"

/**
 * A connector's module, to be the default export of a file or a package. Its settings are typed by its fields. Whoever loads it
 * checks it: {@link moduleProblem}.
 */
export const defineModule = <
  const Fields extends ReadonlyArray<ConfigField>,
  const ManifestFields extends ReadonlyArray<ConfigField> = readonly [],
>(
  declaration: TypedModule<Fields, ManifestFields>,
): ConnectorModule => {
  const { variablePrefix, fields, selectedBy = fields.find(({ type }) => type === "secret")?.name ?? "" } = declaration
  return {
    ...declaration,
    selectedBy,
    fields:
      variablePrefix === undefined
        ? fields
        : fields.map((field: ConfigField) => ({ variable: variableName(field.name, variablePrefix), ...field })),
    // The host resolves the settings from these fields, so they have the types that the fields declare.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    load: declaration.load as ConnectorModule["load"],
  }
}

// Made when the first stranger's module is checked, as compiling it takes a part of the time of `--help`.
const declared = () => {
  const Name = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u))
  const Field = Schema.Struct({ name: Name, type: Schema.String, description: Schema.NonEmptyString })
  return Schema.Struct({
    contract: Schema.Number,
    id: Name,
    displayName: Schema.NonEmptyString,
    fields: Schema.Array(Field),
    selectedBy: Name,
    variants: Schema.optional(
      Schema.Array(
        Schema.Struct({
          plan: Name,
          displayName: Schema.NonEmptyString,
          settings: Schema.Record(Name, Schema.Union([Schema.String, Schema.Number, Schema.Boolean])),
        }),
      ),
    ),
    variablePrefix: Schema.optional(Schema.String.check(Schema.isPattern(/^[A-Z][A-Z0-9_]*_$/u))),
  })
}

/** Why a value is no module that this host can use, as the end of a sentence about it; nothing where it is one. */
export const moduleProblem = (value: unknown): string | undefined => {
  if (typeof value !== "object" || value === null) return "does not export a module as its default"
  const contract: unknown = Reflect.get(value, "contract")
  if (typeof contract !== "number") return "does not say which contract it was written for (`contract`)"
  if (contract !== contractVersion) {
    return `was written for contract ${contract} of connector modules, and this is contract ${contractVersion}`
  }
  if (Reflect.get(value, "selectedBy") === "")
    return "has no secret among its settings, and no `selectedBy` that names another"
  const decoded = Schema.decodeUnknownResult(declared())(value)
  if (decoded._tag === "Failure") {
    return `is not declared as a module must be: ${String(decoded.failure).replaceAll(/\s+/gu, " ")}`
  }
  const { fields, selectedBy, variants = [] } = decoded.success
  if (typeof Reflect.get(value, "load") !== "function") return "has no function `load`"
  const twice = fields.find(({ name }, at) => fields.findIndex((other) => other.name === name) !== at)
  if (twice !== undefined) return `declares the setting ${twice.name} twice`
  if (!fields.some(({ name }) => name === selectedBy))
    return `is selected by ${selectedBy}, which is none of its settings`
  const odd = variants
    .flatMap(({ settings }) => Object.keys(settings))
    .find((it) => !fields.some(({ name }) => name === it))
  if (odd !== undefined) return `has a variant with ${odd}, which is none of its settings`
  const forms: unknown = Reflect.get(value, "secretForms") ?? []
  const areForms = Array.isArray(forms) && forms.every((form) => form instanceof RegExp && form.global)
  return areForms ? undefined : "has `secretForms` that are not regular expressions with the flag g"
}

/** What a module and its implementation contradict each other in, as the end of a sentence about the module; nothing where in nothing. */
export const implementationProblem = (
  { id, actions }: Pick<ConnectorModule, "id" | "actions">,
  loaded: unknown,
): string | undefined => {
  const about: unknown = Reflect.get(Object(loaded), "about")
  const open: unknown = Reflect.get(Object(loaded), "open")
  if (typeof about !== "object" || about === null || typeof open !== "function") {
    return "has a `load` that does not give what `implement` makes"
  }
  const { id: other, actions: done = [] }: Partial<Implementation["about"]> = about
  if (other !== id) return `has the id ${JSON.stringify(id)}, and its connector the id ${JSON.stringify(other)}`
  if (actions === undefined) return undefined
  const [more] = actions.filter(({ name }) => !done.some((action) => action.name === name))
  if (more !== undefined) return `declares the action ${more.name}, which its connector does not have`
  const odd = done.find(
    (action) => argumentsOf(action) !== argumentsOf(actions.find(({ name }) => name === action.name)),
  )
  return odd && `does not declare the action ${odd.name} as its connector does: leave \`actions\` out of the module`
}

const argumentsOf = (action: ActionDeclaration | undefined): string =>
  JSON.stringify(action && [action.kind, action.arguments.map(({ name, type }) => [name, type])])
