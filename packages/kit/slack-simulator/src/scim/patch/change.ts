// What a PATCH does to a resource: objects with something set, merged or taken away, never changed in place.
import { isObject, type JsonObject, type JsonValue, objectOf, objectsIn } from "../json.ts"
import type { AttributePath } from "./attributePath.ts"

/** The object without one of its members. */
export const without = (object: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))

/** The list with these elements: one of the same `value` is merged, others come to the end. */
export const mergedByValue = (list: unknown, elements: ReadonlyArray<JsonObject>): ReadonlyArray<JsonObject> => {
  const merged = new Map<JsonValue, JsonObject>()
  for (const element of [...objectsIn(list), ...elements]) {
    const value = element["value"] ?? null
    merged.set(value, { ...merged.get(value), ...element })
  }
  return [...merged.values()]
}

const added = (before: JsonValue | undefined, value: JsonValue): JsonValue => {
  if (Array.isArray(value) || Array.isArray(before)) {
    return mergedByValue(before, objectsIn(Array.isArray(value) ? value : [value]))
  }
  return isObject(before) && isObject(value) ? { ...objectOf(before), ...objectOf(value) } : value
}

/** Changes one member of an object. Without a value the member is taken away. */
const changedMember = (
  object: JsonObject,
  name: string,
  operation: "add" | "replace" | "remove",
  value: JsonValue | undefined,
): JsonObject => {
  if (operation === "remove" || value === undefined) return without(object, name)
  return { ...object, [name]: operation === "add" ? added(object[name], value) : value }
}

const changedAttribute = (
  object: JsonObject,
  { attribute = "", isMeant, subAttribute }: AttributePath,
  operation: "add" | "replace" | "remove",
  value: JsonValue | undefined,
): JsonObject => {
  const before = object[attribute]
  if (isMeant === undefined) {
    if (subAttribute === undefined) return changedMember(object, attribute, operation, value)
    return { ...object, [attribute]: changedMember(objectOf(before), subAttribute, operation, value) }
  }
  const elements = objectsIn(before)
  if (operation === "remove" && subAttribute === undefined) {
    return { ...object, [attribute]: elements.filter((element) => !isMeant(element)) }
  }
  const changed = elements.map((element) => {
    if (!isMeant(element)) return element
    if (subAttribute !== undefined) return changedMember(element, subAttribute, operation, value)
    return { ...element, ...objectOf(value) }
  })
  return { ...object, [attribute]: changed }
}

/** The resource after one operation at one path. */
export const changedAt = (
  resource: JsonObject,
  path: AttributePath,
  operation: "add" | "replace" | "remove",
  value?: JsonValue,
): JsonObject => {
  const { extension } = path
  if (extension === undefined) return changedAttribute(resource, path, operation, value)
  if (path.attribute === undefined) return changedMember(resource, extension, operation, value)
  return { ...resource, [extension]: changedAttribute(objectOf(resource[extension]), path, operation, value) }
}
