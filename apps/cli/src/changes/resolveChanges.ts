// From what was asked for to changes: ids are taken apart, and the people who are named, by id or by e-mail address, are
// looked up, all of them at once. Nothing is begun where anyone or anything is left unclear.
import type {
  Change,
  ChangeIntent,
  Connector,
  ConnectorError,
  EntitlementReference,
  FoundPrincipal,
  Provisioning,
  UnclearPrincipal,
} from "@rollcall/connector"
import {
  formatResourceId,
  notGrantable,
  parseEntitlementId,
  parseGrantId,
  parsePrincipal,
  toEntitlementHolders,
} from "@rollcall/connector"
import { hideTokens } from "@rollcall/api-client"
import { Effect } from "effect"
import type { UsageError } from "../errors.ts"
import type { Asked, AskedChange, People, Where } from "./ChangePlan.ts"
import type { ListError, Problem } from "./problems.ts"
import { problemsError, unclearNames } from "./problems.ts"

/** What of a connector tells how changes are read. */
type Readable = Pick<Connector, "resourceTypes"> & { readonly provisioning: Provisioning }

/** Changes, and what is known of those whom they are about. */
export interface ResolvedChanges {
  /** In the order in which they were asked for. */
  readonly changes: ReadonlyArray<Change>
  readonly people: People
}

/** The changes that were asked for; with `foresee`, what the system will refuse is looked up too. */
export const resolveChanges = Effect.fn("Changes.resolve")(function* (
  intent: ChangeIntent,
  asked: Asked,
  connector: Readable,
  { foresee = false }: { readonly foresee?: boolean } = {},
): Effect.fn.Return<ResolvedChanges, UsageError | ListError | ConnectorError> {
  const { provisioning } = connector
  const meant = yield* readChanges(asked, connector)
  const canHold = ({ principal }: Change) => provisioning.principalTypes.includes(principal.resourceType)
  const names = new Set(meant.filter(canHold).map(({ principal }) => principal.resource))
  const found = names.size === 0 ? new Map() : yield* provisioning.findPrincipals([...names], { foresee })
  const clear = clearOnes(found, intent)
  const unknown = meant.filter((change) => canHold(change) && !clear.has(change.principal.resource))
  const ghosts = intent === "revoke" ? unknown.filter(({ principal }) => !isAddress(principal.resource)) : []
  const held = yield* heldAmong(ghosts, provisioning)
  const strangers = new Set(unknown.filter((change) => !held.has(change)).map(({ principal }) => principal.resource))
  if (strangers.size > 0) return yield* unclearNames([...strangers], found)

  const people = new Map([...clear.values()].map((person) => [formatResourceId(person), person]))
  const changes = meant.map(({ entitlement, principal: named, statedReason }): Change => {
    const { resourceType, resource, aliases, ineligible } = clear.get(named.resource) ?? { ...named }
    return {
      entitlement,
      principal: { resourceType, resource },
      ...(statedReason === undefined ? {} : { statedReason }),
      ...(aliases === undefined ? {} : { aliases }),
      ...(ineligible === undefined ? {} : { ineligible }),
    }
  })
  return { changes, people }
})

/** The changes as they are written, before anybody is looked up: an address may stand in the place of a principal's id. */
export const readChanges = (
  asked: Asked,
  connector: Readable,
): Effect.Effect<ReadonlyArray<Change>, UsageError | ListError> => {
  const readings = asked.changes.map((change) => {
    const reading = readChange(change, connector)
    return change.reason === undefined || "problem" in reading ? reading : { ...reading, statedReason: change.reason }
  })
  const problems = readings.flatMap((reading) => ("problem" in reading ? [reading] : []))
  return problems.length > 0
    ? Effect.fail(problemsError(problems, asked))
    : Effect.succeed(readings.flatMap((reading) => ("problem" in reading ? [] : [reading])))
}

/** Those who are meant by one name. A deactivated account is not granted anything by its address; by its id it may be tried. */
const clearOnes = (
  found: ReadonlyMap<string, FoundPrincipal | UnclearPrincipal>,
  intent: ChangeIntent,
): ReadonlyMap<string, FoundPrincipal> =>
  new Map(
    [...found].flatMap(([name, meant]) =>
      "unclear" in meant || (intent === "grant" && isAddress(name) && meant.isInactive === true) ? [] : [[name, meant]],
    ),
  )

/** Those of whom the system knows nothing any more, and who hold what is to be taken from them all the same. */
const heldAmong = Effect.fnUntraced(function* (ghosts: ReadonlyArray<Change>, provisioning: Provisioning) {
  const held = new Set<Change>()
  for (const changes of Map.groupBy(ghosts, ({ entitlement }) => entitlement.id).values()) {
    const [first] = changes
    if (first === undefined) continue
    const holders = new Set(
      toEntitlementHolders(yield* provisioning.holders(first.entitlement)).holders.map(formatResourceId),
    )
    for (const change of changes) if (holders.has(formatResourceId(change.principal))) held.add(change)
  }
  return held
})

/** The change as it is written; an e-mail address stands in the place of an id until it is looked up. */
const readChange = (asked: AskedChange, connector: Readable): Change | Problem => {
  const { resourceTypes, provisioning } = connector
  const { where } = asked
  const texts = "grant" in asked ? [asked.grant] : [asked.entitlement, asked.principal]
  if (texts.some((text) => hideTokens(text) !== text))
    return { where, problem: "an id was expected, but a token was given" }
  if ("grant" in asked) {
    const change = parseGrantId(asked.grant, provisioning.principalTypes)
    return change !== undefined && isNamed(change, provisioning)
      ? (mistyped(where, change.entitlement, connector) ?? change)
      : { where, problem: `${asked.grant} is not the id of a grant` }
  }
  const entitlement = parseEntitlementId(asked.entitlement)
  if (entitlement === undefined) return { where, problem: `${asked.entitlement} is not the id of an entitlement` }
  const wrong = mistyped(where, entitlement, connector)
  if (wrong !== undefined) return wrong
  const types = resourceTypes.map((type) => type.id)
  const change = { entitlement, principal: parsePrincipal(asked.principal, provisioning.principalTypes, types) }
  return isNamed(change, provisioning)
    ? change
    : {
        where: "flag" in where ? { flag: "principal" } : where,
        problem: `"${asked.principal}" is neither the id of an account nor an e-mail address`,
      }
}

/** An entitlement that cannot be granted on its resource; of a type of which nothing can be, the core says so. */
const mistyped = (
  where: Where,
  entitlement: EntitlementReference,
  { resourceTypes, provisioning }: Readable,
): Problem | undefined => {
  const isProvisioned = resourceTypes.some(
    ({ id, capabilities }) => id === entitlement.resource.resourceType && capabilities.includes("provision"),
  )
  const refusal = isProvisioned ? notGrantable(provisioning, entitlement) : undefined
  return refusal && { where, problem: refusal.message.replace(/\.$/u, ""), hint: refusal.hint }
}

/** Whether the principal can be looked up. One of a type that holds nothing is refused later, with the types that can. */
const isNamed = ({ principal }: Change, { principalTypes, principalIds = /\S/u }: Provisioning): boolean =>
  !principalTypes.includes(principal.resourceType) ||
  isAddress(principal.resource) ||
  principalIds.test(principal.resource)

const isAddress = (text: string): boolean => text.includes("@")
