// When access ends by itself, as whoever keeps that knows it: no sync does.
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"

/** That somebody's access ends. */
export interface AccessEnd {
  /** RFC 3339. */
  readonly endsAt: string
  /** Who granted it for a time; absent where that is not known. */
  readonly by?: string | undefined
  readonly reason?: string | undefined
  /** Whether ConductorOne granted it, and revokes it. */
  readonly isOfC1: boolean
}

/** When what a principal holds ends; `undefined`: nothing is known of an end. */
export type EndOf = (entitlement: string, principal: ResourceId) => AccessEnd | undefined

/** Where no ends are known. */
export const noEnds: EndOf = () => undefined

/** Finds the ends of pairs; `noEnds` where there are none. */
export const endsFrom = (
  ends: Iterable<AccessEnd & { readonly entitlement: string; readonly principal: ResourceId }>,
): EndOf => {
  const keyOf = (entitlement: string, principal: ResourceId) => `${entitlement} ${formatResourceId(principal)}`
  const found = new Map<string, AccessEnd>()
  for (const { entitlement, principal, ...end } of ends) found.set(keyOf(entitlement, principal), end)
  return found.size === 0 ? noEnds : (entitlement, principal) => found.get(keyOf(entitlement, principal))
}

/** A time (RFC 3339) as people read it: `2026-01-31 09:30 UTC`. */
export const timeText = (instant: string): string => {
  const time = Date.parse(instant)
  return Number.isNaN(time) ? instant : `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`
}

/** An end as people read it: `2026-12-01 18:00 UTC (lease of Ann: stands in)`, or `C1: until 2026-12-01 18:00 UTC`. */
export const endText = ({ endsAt, by, reason, isOfC1 }: AccessEnd): string =>
  isOfC1
    ? `C1: until ${timeText(endsAt)}`
    : `${timeText(endsAt)} (lease${by === undefined ? "" : ` of ${by}`}${reason === undefined ? "" : `: ${reason}`})`
