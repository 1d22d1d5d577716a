// Finds what somebody means by a name, an address or an id: an id first, then an e-mail address, then a whole name, then a part of
// one. The first kind of these that fits anything decides. Where several fit, nothing is chosen: an error lists them.
import { searchKey } from "@rollcall/c1z"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { AccessReader, HeldThing } from "./AccessReader.ts"
import type { Candidates } from "./refuseUnknown.ts"
import { refuse } from "./refuseUnknown.ts"
import { escapeControls } from "./render/safeText.ts"
import { UnknownName } from "./UnknownName.ts"

/** What was found, and by what. */
export interface Found<A> {
  readonly id: A
  readonly by: "id" | "email" | "name" | "part"
  /** How it is shown to people: its id, and its name. */
  readonly shown: string
}

type Finding<A> = Effect.Effect<Found<A>, StoreError | UnknownName>

/** Several are listed in an error, but not more than these. */
const mostListed = 10

/** The resource type of this id or name. */
export const findResourceType = Effect.fn("Access.findResourceType")(function* (
  access: AccessReader,
  text: string,
): Effect.fn.Return<Found<string>, StoreError | UnknownName> {
  if (yield* access.known.hasResourceType(text)) return { id: text, by: "id", shown: text }
  const types = yield* Stream.runCollect(access.resourceTypes)
  const key = searchKey(text)
  const named = types
    .filter(({ id, displayName }) => searchKey(displayName) === key || searchKey(id) === key)
    .map(({ id }) => ({ id, shown: id }))
  return (
    (yield* oneOf(text, "name", named, named.length)) ??
    (yield* refuse(access, {
      what: `resource type ${text}`,
      list: "resource-types",
      typed: text,
      candidates: Stream.fromIterable(types.map(({ id, displayName }) => ({ shown: id, names: [id, displayName] }))),
    }))
  )
})

/** The resource of this id, address or name; of one type, where that is given. */
export const findResource = (
  access: AccessReader,
  text: string,
  options: { readonly resourceType?: string | undefined } = {},
): Finding<ResourceId> =>
  Effect.gen(function* () {
    const all = yield* typesOf(access)
    const types = options.resourceType === undefined ? all : [options.resourceType]
    return yield* findAmong(access, text, { byId: types, byName: types, what: "resource", ...options })
  }).pipe(Effect.withSpan("Access.findResource"))

/** The account of this id, address or name. Ids of other things are taken too, as those may hold something as well. */
export const findAccount = (
  access: AccessReader,
  text: string,
  options: { readonly resourceType?: string | undefined } = {},
): Finding<ResourceId> =>
  Effect.gen(function* () {
    const all = yield* typesOf(access)
    const types = options.resourceType === undefined ? all : [options.resourceType]
    const accounts = types.filter((type) => access.accountTypes.has(type))
    return yield* findAmong(access, text, {
      byId: types,
      byName: accounts.length === 0 ? types : accounts,
      what: accounts.length === 0 ? "resource" : "account",
      ...options,
    })
  }).pipe(Effect.withSpan("Access.findAccount"))

/** The entitlement of this id or name. */
export const findEntitlement = Effect.fn("Access.findEntitlement")(function* (
  access: AccessReader,
  text: string,
): Effect.fn.Return<Found<string>, StoreError | UnknownName> {
  if (yield* access.known.hasEntitlement(text)) return { id: text, by: "id", shown: text }
  for (const by of ["name", "part"] as const) {
    const { named, total } = yield* entitlementsNamed(access, by, text)
    const found = yield* oneOf(text, by, named, total)
    if (found !== undefined) return found
  }
  return yield* refuse(access, {
    what: `entitlement ${text}`,
    list: "entitlements",
    typed: text,
    candidates: entitlementCandidates(access),
  })
})

/** The resource or the entitlement of this id or name, whose holders are wanted. Resources are preferred to their entitlements. */
export const findHeldThing = (
  access: AccessReader,
  text: string,
  options: { readonly resourceType?: string | undefined } = {},
): Finding<HeldThing> =>
  Effect.gen(function* () {
    if (yield* access.known.hasEntitlement(text)) return { id: { entitlement: text }, by: "id", shown: text } as const
    const all = yield* typesOf(access)
    const types = options.resourceType === undefined ? all : [options.resourceType]
    const byId = yield* resourcesById(access, text, types)
    const resource = (found: Found<ResourceId>): Found<HeldThing> => ({ ...found, id: { resource: found.id } })
    const oneById = yield* oneOf(text, "id", byId, byId.length)
    if (oneById !== undefined) return resource(oneById)
    // Accounts are held by nobody as a rule.
    const others = options.resourceType === undefined ? types.filter((type) => !access.accountTypes.has(type)) : types
    for (const by of ["name", "part"] as const) {
      const { found, total } = yield* access.find(by, text, { types: others, most: mostListed })
      const one = yield* oneOf(text, by, found.map(shownResource), total)
      if (one !== undefined) return resource(one)
      if (options.resourceType !== undefined) continue
      const entitlements = yield* entitlementsNamed(access, by, text)
      const held = yield* oneOf(text, by, entitlements.named, entitlements.total)
      if (held !== undefined) return { ...held, id: { entitlement: held.id } }
    }
    return yield* refuse(access, {
      what: `${options.resourceType ?? "resource or entitlement"} "${text}"`,
      list: options.resourceType === undefined ? "resources" : `resources -t ${options.resourceType}`,
      typed: text,
      candidates: Stream.concat(resourceCandidates(access, others, text), entitlementCandidates(access)),
    })
  }).pipe(Effect.withSpan("Access.findHeldThing"))

/**
 * The entitlement that a change is about, by the whole name of it or of the group that has it and no other, in the same case: a
 * change must not be made to something that only looks like what was named.
 */
export const findEntitlementToChange = Effect.fn("Access.findEntitlementToChange")(function* (
  access: AccessReader,
  text: string,
): Effect.fn.Return<Found<string>, StoreError | UnknownName> {
  const types = (yield* typesOf(access)).filter((type) => !access.accountTypes.has(type))
  const { found } = yield* access.find("name", text, { types, most: mostNamesakes })
  const named = new Map<string, Shown<string>>()
  for (const { id } of found.filter(({ displayName }) => displayName === text)) {
    const entitlements = yield* Stream.runCollect(access.entitlements({ resource: id }))
    for (const it of entitlements) named.set(it.id, { id: it.id, shown: withName(it.id, it.resource.displayName) })
  }
  yield* Stream.runForEach(access.entitlements(), ({ id, displayName }) =>
    Effect.sync(() => {
      if (displayName === text && named.size <= mostListed) named.set(id, { id, shown: withName(id, displayName) })
    }),
  )
  const all = [...named.values()]
  return (
    (yield* oneOf(text, "name", all.slice(0, mostListed), all.length)) ??
    (yield* refuse(access, {
      what: `group or entitlement with exactly the name "${text}"`,
      list: "entitlements",
      typed: text,
      candidates: Stream.concat(resourceCandidates(access, types, text), entitlementCandidates(access)),
    }))
  )
})

/** Resources whose names differ in case alone are as many at most. */
const mostNamesakes = 100

/** Where to look for a resource. */
interface Among {
  readonly byId: ReadonlyArray<string>
  readonly byName: ReadonlyArray<string>
  readonly what: string
  /** The type that was asked for. */
  readonly resourceType?: string | undefined
}

const findAmong = Effect.fnUntraced(function* (
  access: AccessReader,
  text: string,
  { byId, byName, what, resourceType }: Among,
): Effect.fn.Return<Found<ResourceId>, StoreError | UnknownName> {
  const ids = yield* resourcesById(access, text, byId)
  const byItsId = yield* oneOf(text, "id", ids, ids.length)
  if (byItsId !== undefined) return byItsId
  for (const by of ["email", "name", "part"] as const) {
    const { found, total } = yield* access.find(by, text, { types: byName, most: mostListed })
    const one = yield* oneOf(text, by, found.map(shownResource), total)
    if (one !== undefined) return one
  }
  return yield* refuse(access, {
    what:
      resourceType === undefined
        ? `${what} "${text}"`
        : `resource ${formatResourceId({ resourceType, resource: text })}`,
    list: resourceType === undefined ? "resources" : `resources -t ${resourceType}`,
    typed: text,
    candidates: resourceCandidates(access, byId, text),
  })
})

interface Shown<A> {
  readonly id: A
  readonly shown: string
}

/** The resources of an id, which may begin with the type. */
const resourcesById = Effect.fnUntraced(function* (access: AccessReader, text: string, types: ReadonlyArray<string>) {
  const found: Array<Shown<ResourceId>> = []
  for (const resourceType of types) {
    const prefix = `${resourceType}:`
    const ids = [text, ...(text.startsWith(prefix) ? [text.slice(prefix.length)] : [])]
    for (const resource of ids) {
      const id = { resourceType, resource }
      if (yield* access.known.hasResource(id)) {
        found.push(shownResource({ id, displayName: (yield* access.resource(id))?.displayName ?? "" }))
      }
    }
  }
  return found
})

const entitlementsNamed = Effect.fnUntraced(function* (access: AccessReader, by: "name" | "part", text: string) {
  const key = searchKey(text)
  let total = 0
  const named: Array<Shown<string>> = []
  yield* Stream.runForEach(access.entitlements(), ({ id, displayName }) =>
    Effect.sync(() => {
      const name = searchKey(displayName)
      if (by === "name" ? name !== key : !name.includes(key)) return
      total++
      if (named.length < mostListed) named.push({ id, shown: withName(id, displayName) })
    }),
  )
  return { named, total }
})

/** The only one there is; `undefined` where there is none. */
const oneOf = <A>(
  text: string,
  by: Found<A>["by"],
  found: ReadonlyArray<Shown<A>>,
  total: number,
): Effect.Effect<Found<A> | undefined, UnknownName> => {
  const [first, second] = found
  if (first === undefined) return Effect.as(Effect.void, undefined)
  if (second === undefined) return Effect.succeed({ ...first, by })
  const more = total - found.length
  return Effect.fail(
    new UnknownName({
      message: `"${escapeControls(text)}" ${because[by]} ${total}: ${found.map(({ shown }) => shown).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`,
      hint: "Name one of them by its id.",
    }),
  )
}

const because: Readonly<Record<Found<never>["by"], string>> = {
  id: "is the id of",
  email: "is the address of",
  name: "is the name of",
  part: "is part of the names of",
}

const withName = (id: string, name: string, email?: string): string => {
  const facts = [name, email ?? ""].filter((it) => it !== "").join(", ")
  return escapeControls(facts === "" ? id : `${id} (${facts})`)
}

const shownResource = (it: {
  readonly id: ResourceId
  readonly displayName: string
  readonly email?: string | undefined
}): Shown<ResourceId> => ({ id: it.id, shown: withName(formatResourceId(it.id), it.displayName, it.email) })

const typesOf = (access: AccessReader): Effect.Effect<ReadonlyArray<string>, StoreError> =>
  Stream.runCollect(Stream.map(access.resourceTypes, ({ id }) => id))

/** Those of these types by id, name and address; of other types the one with the same id. */
const resourceCandidates = (access: AccessReader, types: ReadonlyArray<string>, typed: string): Candidates =>
  Stream.map(access.resources(), ({ id, displayName, account }) => {
    const { email } = account?.attributes() ?? {}
    const names = [id.resource, displayName, ...(email === undefined ? [] : [email])]
    return {
      shown: withName(formatResourceId(id), displayName),
      names: types.includes(id.resourceType) ? names : id.resource === typed ? [id.resource] : [],
    }
  })

const entitlementCandidates = (access: AccessReader): Candidates =>
  Stream.map(access.entitlements(), ({ id, displayName }) => ({ shown: escapeControls(id), names: [id, displayName] }))
