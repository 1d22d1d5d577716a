// Records as a server might send them: one that is documented, with anything in any of its places.
import { Schema } from "effect"

const values: ReadonlyArray<unknown> = [
  null,
  "",
  "text",
  "7",
  "True",
  "x".repeat(300),
  "x".repeat(70_000),
  0,
  1,
  1.5,
  true,
  false,
  [],
  [null, "U1"],
  {},
  { id: "U2", value: "U3" },
]

/** Changes of a record, for `it.prop`: which place, and what stands there; past the last value, nothing does. */
export const OddChanges = Schema.Array(
  Schema.Struct({
    place: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
    value: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: values.length })),
  }),
).check(Schema.isMaxLength(4))

/** The record with these changes. */
export const oddRecord = (record: unknown, changes: typeof OddChanges.Type): unknown => {
  const changed: unknown = structuredClone(record)
  for (const { place, value } of changes) {
    const places = placesIn(changed)
    const [holder, key] = places[place % places.length] ?? []
    if (holder === undefined || key === undefined) continue
    if (value < values.length) Reflect.set(holder, key, structuredClone(values[value]))
    else Reflect.deleteProperty(holder, key)
  }
  return changed
}

const placesIn = (value: unknown): ReadonlyArray<readonly [holder: object, key: string]> =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [[value, key] as const, ...placesIn(inner)])
