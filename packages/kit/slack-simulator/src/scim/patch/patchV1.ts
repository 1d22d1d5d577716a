// PATCH as SCIM v1 has it: a partial resource. Lists are merged by `value`; `"operation":"delete"` in an element or object,
// and `meta.attributes`, take away. https://docs.slack.dev/reference/scim-api
import { isObject, type JsonObject, type JsonValue, objectOf, objectsIn, textOf } from "../json.ts"
import { readAttributePath, spell } from "./attributePath.ts"
import { changedAt, mergedByValue, without } from "./change.ts"

const isDeleted = ({ operation }: JsonObject): boolean => textOf(operation).toLowerCase() === "delete"

const patchedList = (before: unknown, elements: ReadonlyArray<JsonObject>): JsonValue => {
  const gone = new Set(elements.filter(isDeleted).map(({ value }) => value))
  const kept = elements.filter((element) => !isDeleted(element))
  return mergedByValue(
    objectsIn(before).filter(({ value }) => !gone.has(value)),
    kept,
  )
}

/** The resource after the partial one was laid over it. Slack does not insist on `schemas` here, as seen in production. */
export const patchV1 = (resource: JsonObject, body: JsonObject): JsonObject => {
  let patched = resource
  const { meta, schemas: _, ...members } = body
  for (const path of isObject(meta) && Array.isArray(meta["attributes"]) ? meta["attributes"] : []) {
    const target = readAttributePath(textOf(path))
    if (target !== undefined) patched = changedAt(patched, target, "remove")
  }
  for (const [name, value] of Object.entries(members)) {
    const key = spell(name)
    const before = patched[key]
    if (Array.isArray(value)) patched = { ...patched, [key]: patchedList(before, objectsIn(value)) }
    else if (!isObject(value)) patched = { ...patched, [key]: value }
    else if (isDeleted(value)) patched = without(patched, key)
    else patched = { ...patched, [key]: { ...objectOf(before), ...objectOf(value) } }
  }
  return patched
}
