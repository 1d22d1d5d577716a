// A published sync as a record that a desired state is compared with. Nothing is asked of the system.
import type { AccessReader, ListedResource } from "@rollcall/access"
import { isOff, whyUnknown } from "@rollcall/access"
import { searchKey } from "@rollcall/c1z"
import type { Connector, FoundPrincipal, StoreError, UnclearPrincipal } from "@rollcall/connector"
import { formatResourceId, parsePrincipal } from "@rollcall/connector"
import type { Observation } from "@rollcall/plan"
import { Effect, Stream } from "effect"

/** The sync that is open, as its connector's records are meant. */
export const observeSync = Effect.fn("Drift.observe")(function* (
  access: AccessReader,
  { resourceTypes, provisioning }: Pick<Connector, "resourceTypes" | "provisioning">,
): Effect.fn.Return<Observation<StoreError>, StoreError> {
  const coverage = yield* access.coverage
  const listed = yield* Stream.runCollect(Stream.map(access.resourceTypes, ({ id }) => id))
  const shown = { type: access.sync?.type ?? "", types: listed, coverage }
  const types = resourceTypes.map(({ id }) => id)
  const accounts = resourceTypes.filter(({ traits }) => traits.includes("user")).map(({ id }) => id)
  const principalTypes = provisioning?.principalTypes ?? accounts

  /** One pass over the accounts, however many are looked for. */
  const inOnePass = Effect.fnUntraced(function* (addresses: ReadonlyArray<string>, ids: ReadonlyArray<string>) {
    const byAddress = new Map(addresses.map((name) => [searchKey(name), new Array<FoundPrincipal>()]))
    const wanted = new Set(ids)
    const found = new Map<string, FoundPrincipal | UnclearPrincipal>()
    for (const resourceType of principalTypes) {
      yield* Stream.runForEach(access.resources({ resourceType }), (resource) =>
        Effect.sync(() => {
          const id = resource.id.resource
          if (wanted.has(id) && !found.has(id)) found.set(id, principalOf(resource))
          if (byAddress.size === 0) return
          const { emails = [] } = resource.facts().account ?? {}
          for (const key of new Set(emails.map(searchKey))) byAddress.get(key)?.push(principalOf(resource))
        }),
      )
    }
    for (const name of addresses) {
      const meant = meantBy(byAddress.get(searchKey(name)) ?? [])
      if (meant !== undefined) found.set(name, meant)
    }
    return found
  })

  const oneByOne = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    const found = new Map<string, FoundPrincipal>()
    for (const id of ids) {
      for (const resourceType of principalTypes) {
        const resource = found.has(id) ? undefined : yield* access.resource({ resourceType, resource: id })
        if (resource !== undefined) found.set(id, principalOf(resource))
      }
    }
    return found
  })

  return {
    named: (text) => parsePrincipal(text, principalTypes, types),
    gapIn: (resourceType, of) => {
      const [why] = whyUnknown(shown, resourceType)
      if (why !== undefined) return `the sync ${why.replace(/\.$/u, "")}`
      const gaps = coverage.find((it) => it.resourceType === resourceType)?.gaps ?? []
      const unread = gaps.find(({ attributes = [], expected }) => expected !== true && attributes.includes("email"))
      return of === "holders" || unread === undefined ? undefined : `the sync lacks ${unread.missing}`
    },
    holders: Effect.fnUntraced(function* ({ id, resource }) {
      if (!(yield* access.known.hasEntitlement(id))) return undefined
      const holding = access.grantsAs({ entitlement: id }, {}, ({ principal, reason }) =>
        reason.direct ? [principal.id] : [],
      )
      const holders = (yield* Stream.runCollect(holding)).flat()
      const name = (yield* access.resource(resource))?.displayName
      return {
        holders: [...new Map(holders.map((holder) => [formatResourceId(holder), holder])).values()],
        ...(name === undefined ? {} : { resourceName: name }),
      }
    }),
    findPrincipals: (names) => {
      const addresses = names.filter((name) => name.includes("@"))
      return addresses.length === 0 && names.length <= few
        ? oneByOne(names)
        : inOnePass(
            addresses,
            names.filter((name) => !name.includes("@")),
          )
    },
  }
})

/** So many ids are looked up one by one; more of them take a pass over the accounts, which takes as long as some hundreds of look-ups. */
const few = 200

const principalOf = (resource: ListedResource): FoundPrincipal => {
  const { account, status } = resource.facts()
  const [address] = account?.emails ?? []
  return {
    ...resource.id,
    displayName: resource.displayName,
    ...(address === undefined ? {} : { address }),
    ...(isOff(status) ? { isInactive: true } : {}),
  }
}

/** Whom an address means, as the connectors take it: an account in use goes before those that are not. */
const meantBy = (all: ReadonlyArray<FoundPrincipal>): FoundPrincipal | UnclearPrincipal | undefined => {
  const active = all.filter(({ isInactive }) => isInactive !== true)
  const several = active.length > 0 ? active : all
  const [first, ...others] = several
  return first === undefined || others.length === 0
    ? first
    : { unclear: active.length > 0 ? "ambiguous" : "deactivated", candidates: several.map(({ resource }) => resource) }
}
