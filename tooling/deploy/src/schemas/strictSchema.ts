// JSON schemas for kubeconform from what Kubernetes and its operators publish.

/** A schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>

/** A number with a unit, in the pattern with which definitions of operators describe one. */
const quantity = {
  anyOf: [
    { type: "number" },
    {
      type: "string",
      pattern: String.raw`^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`,
    },
  ],
}
const integerOrText = { anyOf: [{ type: "integer" }, { type: "string" }] }

/** Kubernetes' own schemas call these text, whose other form an API server takes too. */
const scalars: Readonly<Record<string, Schema>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": quantity,
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": integerOrText,
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const mapValues = (record: Schema, change: (value: unknown) => unknown): Schema =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))

const deeper = (value: unknown): unknown => (isSchema(value) ? strict(value) : value)

/** The schema without prose, in which an object has no field that it does not name: an API server would drop it with a warning. */
const strict = (schema: Schema): Schema => {
  if (schema["x-kubernetes-int-or-string"] === true) return integerOrText
  const kept = Object.entries(schema).flatMap(([keyword, value]): ReadonlyArray<[string, unknown]> => {
    if (keyword === "description" || keyword === "default" || keyword.startsWith("x-kubernetes")) return []
    if (keyword === "properties" && isSchema(value)) return [[keyword, mapValues(value, deeper)]]
    if (keyword === "items" || keyword === "additionalProperties") return [[keyword, deeper(value)]]
    return [[keyword, value]]
  })
  const isOpen = "additionalProperties" in schema || schema["x-kubernetes-preserve-unknown-fields"] === true
  const isClosed = isSchema(schema["properties"]) && !isOpen
  return Object.fromEntries(isClosed ? [...kept, ["additionalProperties", false]] : kept)
}

/** Definitions of Kubernetes that the named ones need, themselves among them, each strict. */
export const definitionsFor = (all: Schema, names: ReadonlyArray<string>): Schema => {
  const found = new Map<string, Schema>()
  const visit = (name: string): void => {
    const schema = all[name]
    if (found.has(name)) return
    if (!isSchema(schema)) throw new Error(`Kubernetes defines no ${name}.`)
    const made = scalars[name] ?? strict(schema)
    found.set(name, made)
    for (const [, next = ""] of JSON.stringify(made).matchAll(/"#\/definitions\/([^"]+)"/gu)) visit(next)
  }
  for (const name of names) visit(name)
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A kind that an operator defines. */
interface DefinedKind {
  /** As kubeconform looks for it: the kind, the first part of its group, and its version. */
  readonly name: string
  readonly schema: Schema
}

/** The schema of one version of a kind that an operator defines. */
export const definedKind = (definition: unknown, version: string): DefinedKind => {
  const spec = field(definition, "spec")
  const versions: unknown = field(spec, "versions")
  const found = Array.isArray(versions) ? versions.find((one) => field(one, "name") === version) : undefined
  const schema = field(field(found, "schema"), "openAPIV3Schema")
  if (!isSchema(schema)) throw new Error(`The definition has no version ${version}.`)
  const [group = ""] = String(field(spec, "group")).split(".")
  const kind = String(field(field(spec, "names"), "kind")).toLowerCase()
  return { name: `${kind}-${group}-${version}`, schema: strict(schema) }
}

const field = (value: unknown, name: string): unknown => (isSchema(value) ? value[name] : undefined)
