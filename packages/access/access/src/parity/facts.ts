// A record as values by their places, so that two of them can be held against each other. Copies of other records in it are left out
// but for their ids: what they say is compared once, where the record itself is.
import type { ComparedKind } from "@rollcall/connector"

/** A value of the file's JSON; lists are one value. */
export type Fact = string | number | boolean | null | ReadonlyArray<unknown> | object

/** The values of a record by their places, such as `profile.title` and `annotations.UserTrait.status.status`. */
export type Facts = ReadonlyMap<string, Fact>

/** The values of a record in the file's JSON. */
export const factsOf = (kind: ComparedKind, json: Json): Facts => {
  const facts = new Map<string, Fact>()
  addFacts(facts, "", { ...json, ...withoutCopies[kind](json) })
  return facts
}

type Json = Readonly<Record<string, unknown>>

const withoutCopies: { readonly [K in ComparedKind]: (json: Json) => Json } = {
  resourceType: ({ annotations }) => byType(annotations),
  resource: ({ annotations }) => byType(annotations),
  entitlement: ({ resource, grantableTo, annotations }) => ({
    resource: memberOf(resource, "id"),
    grantableTo: listOf(grantableTo).map((type) => memberOf(type, "id")),
    ...byType(annotations),
  }),
  grant: ({ entitlement, principal, annotations }) => ({
    entitlement: {
      id: memberOf(entitlement, "id"),
      resource: memberOf(memberOf(entitlement, "resource"), "id"),
    },
    principal: memberOf(principal, "id"),
    ...byType(annotations),
  }),
}

/** Annotations by the last part of their type; a second one of the same type has a number behind it. */
const byType = (annotations: unknown): Json => {
  const found = new Map<string, unknown>()
  for (const annotation of listOf(annotations)) {
    const { "@type": type, ...rest } = isObject(annotation) ? annotation : {}
    const name = String(type).split(".").at(-1) ?? ""
    let [key, number] = [name, 1]
    while (found.has(key)) key = `${name}_${++number}`
    found.set(key, rest)
  }
  return found.size === 0 ? {} : { annotations: Object.fromEntries(found) }
}

const addFacts = (facts: Map<string, Fact>, path: string, value: unknown): void => {
  if (isObject(value)) {
    const entries = Object.entries(value)
    // What is there and holds nothing says something, such as an annotation.
    if (entries.length === 0 && path !== "") facts.set(path, {})
    for (const [key, inner] of entries) addFacts(facts, placeOf(path, key), inner)
  } else if (Array.isArray(value)) {
    if (value.length > 0) facts.set(path, value)
  } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null) {
    facts.set(path, value)
  }
}

const placeOf = (path: string, key: string): string => {
  if (!/^[\w-]+$/u.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === "" ? key : `${path}.${key}`
}

const memberOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)

const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** The places at which two records differ, with what is there; `undefined` where nothing is. */
export function* differingPlaces(
  a: Facts,
  b: Facts,
): Generator<readonly [path: string, a: Fact | undefined, b: Fact | undefined], void> {
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [a.get(path), b.get(path)]
    if (isSameFact(one, other)) continue
    // Nothing in it on one side, something on the other: that is told by what is in it.
    if (isEmptyObject(one) && holdsInside(b, path)) continue
    if (isEmptyObject(other) && holdsInside(a, path)) continue
    yield [path, one, other]
  }
}

const isSameFact = (a: Fact | undefined, b: Fact | undefined): boolean =>
  a === b || (typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b))

const isEmptyObject = (value: Fact | undefined): boolean => isObject(value) && Object.keys(value).length === 0

const holdsInside = (facts: Facts, path: string): boolean =>
  [...facts.keys()].some((key) => key.startsWith(path) && /^[.[]/u.test(key.slice(path.length)))
