// A decoder for what is written exactly as a schema documents it, made from the schema itself. Nearly every record of a long list
// is of this kind, and it takes a quarter of the schema's time. Anything odd is left to the schema, which stays the description:
// a test holds the two equal for any record.
import type { Schema } from "effect"

/** What stands for a value that the schema has to judge. */
const odd = Symbol("odd")

/** Reads a value as it stands; `odd` where it does not. */
type Read = (value: unknown) => unknown

/** Whether a value is written as a schema without parts documents it. */
export type PlainLeaves = ReadonlyMap<unknown, (value: unknown) => boolean>

/**
 * Decodes a record, or gives `undefined` where the schema has to judge it. It knows structs, lists, unions and optional keys of the
 * `leaves`, and an alternative that it does not know is odd.
 */
export const plainDecoder = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  leaves: PlainLeaves,
): ((value: unknown) => S["Type"] | undefined) => {
  const read = readerOf(schema, leaves)
  const isRead = (value: unknown): value is S["Type"] => value !== odd
  return (value) => {
    const found = read(value)
    return isRead(found) ? found : undefined
  }
}

const readerOf = (schema: object, leaves: PlainLeaves): Read => {
  const isPlain = leaves.get(schema)
  if (isPlain !== undefined) return (value) => (isPlain(value) ? value : odd)
  if ("fields" in schema) return readStruct(partsOf(schema.fields), leaves)
  if ("members" in schema) return readUnion(partsOf(schema.members), leaves)
  if ("value" in schema && isPart(schema.value)) return readList(readerOf(schema.value, leaves))
  if ("schema" in schema && isPart(schema.schema)) return readerOf(schema.schema, leaves)
  return () => odd
}

const isPart = (schema: unknown): schema is object => typeof schema === "object" || typeof schema === "function"

const partsOf = (parts: unknown): ReadonlyArray<readonly [name: string, schema: object]> =>
  Object.entries(parts ?? {}).filter((part): part is [string, object] => isPart(part[1]))

const readStruct = (fields: ReturnType<typeof partsOf>, leaves: PlainLeaves): Read => {
  const known = fields.map(([name, schema]) => ({
    name,
    isOptional: "schema" in schema,
    read: readerOf(schema, leaves),
  }))
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return odd
    const struct: Record<string, unknown> = {}
    for (const { name, isOptional, read } of known) {
      if (!Object.hasOwn(value, name)) {
        if (isOptional) continue
        return odd
      }
      const field = read(Reflect.get(value, name))
      if (field === odd) return odd
      struct[name] = field
    }
    return struct
  }
}

const readUnion = (members: ReturnType<typeof partsOf>, leaves: PlainLeaves): Read => {
  const reads = members.map(([, schema]) => readerOf(schema, leaves))
  return (value) => {
    for (const read of reads) {
      const found = read(value)
      if (found !== odd) return found
    }
    return odd
  }
}

const readList =
  (read: Read): Read =>
  (value) => {
    if (!Array.isArray(value)) return odd
    const list: Array<unknown> = []
    for (const entry of value) {
      const found = read(entry)
      if (found === odd) return odd
      list.push(found)
    }
    return list
  }
