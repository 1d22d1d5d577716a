// From what was asked for to changes: ids are taken apart, and people who are named by their e-mail address are looked
// up, all of them at once. Nothing is begun where anyone or anything is left unclear.
import type { Change, Connector, ConnectorError, Provisioning, ResourceId } from "@rollcall/connector"
import { parseEntitlementId, parseGrantId } from "@rollcall/connector"
import { Effect } from "effect"
import { hideTokens } from "@rollcall/http-exchange"
import { UsageError } from "../UsageError.ts"
import type { Asked, AskedChange, ListError, Problem } from "./AskedChange.ts"
import { problemsError } from "./AskedChange.ts"

/** The changes, in the order in which they were asked for. */
export const resolveChanges = Effect.fn("Changes.resolve")(function* (
  asked: Asked,
  { resourceTypes, provisioning }: Pick<Connector, "resourceTypes"> & { readonly provisioning: Provisioning },
): Effect.fn.Return<ReadonlyArray<Change>, UsageError | ListError | ConnectorError> {
  const types = resourceTypes.map((type) => type.id)
  const readings = asked.changes.map((change) => readChange(change, provisioning.principalTypes, types))
  const problems = readings.flatMap((reading) => ("problem" in reading ? [reading] : []))
  if (problems.length > 0) return yield* problemsError(problems, asked)

  const addresses = new Set(readings.flatMap((reading) => ("address" in reading ? [reading.address] : [])))
  const found =
    addresses.size === 0 ? new Map<string, ResourceId>() : yield* provisioning.findPrincipals([...addresses])
  const unknown = [...addresses].filter((address) => !found.has(address))
  if (unknown.length > 0) return yield* nobody(unknown)

  return readings.flatMap((reading) => {
    if ("principal" in reading) return [reading]
    const principal = "address" in reading ? found.get(reading.address) : undefined
    return principal === undefined || !("address" in reading) ? [] : [{ entitlement: reading.entitlement, principal }]
  })
})

type Reading = Change | { readonly entitlement: Change["entitlement"]; readonly address: string } | Problem

const readChange = (
  asked: AskedChange,
  principalTypes: ReadonlyArray<string>,
  types: ReadonlyArray<string>,
): Reading => {
  const { where } = asked
  const texts = "grant" in asked ? [asked.grant] : [asked.entitlement, asked.principal]
  if (texts.some((text) => hideTokens(text) !== text)) return { where, problem: "a token stands where an id belongs" }
  if ("grant" in asked) {
    return parseGrantId(asked.grant, principalTypes) ?? { where, problem: `${asked.grant} is no id of a grant` }
  }
  const entitlement = parseEntitlementId(asked.entitlement)
  if (entitlement === undefined) return { where, problem: `${asked.entitlement} is no id of an entitlement` }
  const { principal } = asked
  if (principal.includes("@")) return { entitlement, address: principal }
  return { entitlement, principal: principalOf(principal, principalTypes, types) }
}

/** The id that the audit log and the results print begins with the type; people type the id alone. */
const principalOf = (text: string, [usual = ""]: ReadonlyArray<string>, types: ReadonlyArray<string>): ResourceId => {
  const type = types.find((candidate) => text.startsWith(`${candidate}:`))
  return type === undefined
    ? { resourceType: usual, resource: text }
    : { resourceType: type, resource: text.slice(type.length + 1) }
}

const nobody = (addresses: ReadonlyArray<string>) =>
  new UsageError({
    message: `No account, or more than one, has the e-mail address ${addresses.join(", ")}. Nothing was begun.`,
    hint: "Correct the address, or name the account by its id: `rollcall resources -t user` lists those of a synced file.",
  })
