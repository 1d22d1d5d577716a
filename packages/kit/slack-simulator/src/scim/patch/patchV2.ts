// PATCH as SCIM v2 has it: `Operations` of add, replace and remove. https://docs.slack.dev/reference/scim-api,
// RFC 7644 §3.5.2
import { isObject, type JsonObject, objectsIn, textOf } from "../json.ts"
import type { ScimErrorCode } from "../scimError.ts"
import { readAttributePath, spell } from "./attributePath.ts"
import { changedAt } from "./change.ts"
import { valuesIn } from "../schemas.ts"

/** What `remove` with the path `members` and a `value` does: Slack's own word for it is not known. */
export type RemoveWithValue = "empties" | "removes"

const operations = ["add", "replace", "remove"] as const

/** The resource after the operations, or why they cannot be done. */
export const patchV2 = (
  resource: JsonObject,
  body: JsonObject,
  removeWithValue: RemoveWithValue,
): JsonObject | ScimErrorCode => {
  if (!Array.isArray(body["schemas"])) return "missing_schema_element"
  if (!Array.isArray(body["Operations"])) return "invalid_request_payload"
  let patched = resource
  for (const { op, path, value } of objectsIn(body["Operations"])) {
    const operation = operations.find((name) => name === textOf(op).toLowerCase())
    if (operation === undefined) return "invalid_request_payload"
    if (path === undefined) {
      if (!isObject(value) || operation === "remove") return "invalid_request_payload"
      for (const [name, member] of Object.entries(value)) {
        const target = readAttributePath(spell(name))
        if (target === undefined) return "invalid_attribute_format"
        patched = changedAt(patched, target, operation, member)
      }
      continue
    }
    const target = readAttributePath(textOf(path))
    if (target === undefined) return "invalid_attribute_format"
    const named = new Set(valuesIn(value))
    const isCertain = target.attribute !== "members" || removeWithValue === "removes"
    const takesSome = operation === "remove" && named.size > 0 && isCertain
    const isMeant = takesSome ? (element: JsonObject) => named.has(textOf(element["value"])) : target.isMeant
    patched = changedAt(patched, { ...target, isMeant }, operation, value)
  }
  return patched
}

/** How many elements the operations name: what Slack's limit on users per call counts. */
export const namedInV2 = (body: JsonObject): number =>
  objectsIn(body["Operations"]).reduce((sum, { value }) => {
    const list = isObject(value) ? value["members"] : value
    return sum + (Array.isArray(list) ? list.length : 0)
  }, 0)
