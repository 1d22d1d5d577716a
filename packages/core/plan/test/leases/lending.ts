// A town in which access is lent, and what the store of leases makes of it.
import type { Brakes } from "@rollcall/connector"
import { AuditOrigin, CurrentBrakes } from "@rollcall/connector"
import { Effect } from "effect"
import type { Lease } from "../../src/index.ts"
import { ClockSkew, endLeases, extendUntil, grantUntil } from "../../src/index.ts"
import { membershipOf, memoryLeases, person, town, type TownOptions } from "../town.ts"

export const minute = 60_000
export const hour = 60 * minute
const options: TownOptions = { people: { ada: {}, bob: {} }, clubs: { chess: ["bob"], go: [] } }

export const scenario = (more: Partial<TownOptions> = {}) => {
  const world = town({ ...options, ...more })
  const stores = memoryLeases()
  const lend = (club: string, who: string, until: number, brakes: Brakes = {}) =>
    grantUntil(world.connector, {
      entitlement: membershipOf(club),
      principal: person(who),
      until,
      maxLease: 48 * hour,
    }).pipe(
      Effect.provide(stores.layer),
      Effect.provideService(AuditOrigin, { osUser: "sam", statedReason: "stands in" }),
      Effect.provideService(CurrentBrakes, { brakes, countSince: () => Effect.succeed([]) }),
    )
  const move = (lease: Lease, until: number) =>
    Effect.provide(extendUntil(world.connector, lease, { until }), stores.layer)
  const passAt = (skew: number | undefined) =>
    endLeases(world.connector, { goesOn: true }).pipe(
      Effect.provide(stores.layer),
      Effect.provideService(ClockSkew, Effect.succeed(skew)),
    )
  const pass = () => passAt(0)
  const states = () =>
    stores.all().map(({ state, closedAs }) => (closedAs === undefined ? state : `${state}: ${closedAs}`))
  return { ...world, ...stores, lend, move, pass, passAt, states }
}
