// JSON values as requests and hand-made files hold them, told apart without trust.
import type { Schema } from "effect"

export type JsonValue = Schema.Json
export type JsonObject = { readonly [key: string]: JsonValue }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The objects of a list; of anything else none. */
export const objectsIn = (list: unknown): ReadonlyArray<JsonObject> =>
  Array.isArray(list) ? list.filter(isObject) : []

/** The value as text; of anything else the empty text. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

/** The value as an object; of anything else the empty one. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {})
