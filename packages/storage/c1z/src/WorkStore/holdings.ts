// What grants have in common. Most of a sync's records are grants, and of most only the principal is their own: the rest is stored once
// for each entitlement, and numbered.
import type { Grant } from "@rollcall/connector"
import type { DatabaseSync } from "node:sqlite"

/** What the ids of grants begin with, as `grantOf` makes them; their principal follows. */
const beginOf = ({ entitlement, principal }: Grant): string => `${entitlement}:${principal.resourceType}:`

/** Whether grants differ in their principal alone. */
const areAlike = (one: Grant, other: Grant): boolean =>
  one.entitlement === other.entitlement &&
  one.principal.resourceType === other.principal.resourceType &&
  one.resource.resource === other.resource.resource &&
  one.resource.resourceType === other.resource.resourceType &&
  one.immutable === other.immutable

/** Holdings at hand, by their entitlement. */
const mostAtHand = 1000

/** The holdings of a work file. */
export const holdingsOf = (db: DatabaseSync) => {
  const columns = "step, entitlement, resource_type, resource, principal_type, immutable"
  const insert = db.prepare(`insert or ignore into holdings (${columns}, id_begin) values (?, ?, ?, ?, ?, ?, ?)`)
  const find = db.prepare(`select n from holdings where (${columns}) = (?, ?, ?, ?, ?, ?)`)
  const atHand = new Map<string, { readonly n: number; readonly begin: string; readonly grant: Grant }>()

  /** The holding that a step's grant is of, and what is usual for its id. */
  const of = (step: string, grant: Grant): { readonly n: number; readonly begin: string } => {
    const known = atHand.get(grant.entitlement)
    if (known !== undefined && areAlike(known.grant, grant)) return known
    const { entitlement, resource, principal } = grant
    const isImmutable = grant.immutable === true ? 1 : 0
    const facts = [step, entitlement, resource.resourceType, resource.resource, principal.resourceType, isImmutable]
    const begin = beginOf(grant)
    insert.run(...facts, begin)
    const found = { n: Number(find.get(...facts)?.["n"]), begin, grant }
    if (atHand.size >= mostAtHand) atHand.clear()
    atHand.set(entitlement, found)
    return found
  }

  /** Looks all of them up once more: for each page, as what was stored of one may have been undone, and steps differ. */
  const forget = (): void => atHand.clear()

  return { of, forget }
}
