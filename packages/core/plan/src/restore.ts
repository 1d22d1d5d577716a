// What it takes to give back what was lost since a record was made: nothing is removed. What cannot be given back any more, as the
// entitlement or the person is gone, is told and not asked for.
import type { Connector, ConnectorError, EntitlementReference, FoundPrincipal, ResourceId } from "@rollcall/connector"
import { formatResourceId, toEntitlementHolders, type UnclearPrincipal } from "@rollcall/connector"
import { Effect } from "effect"
import type { DesiredChange } from "./Plan.ts"

/** An entitlement, and who held it when the record was made, by their ids. */
export interface Recorded {
  readonly entitlement: EntitlementReference
  readonly members: ReadonlyArray<ResourceId>
}

/** What is to be given back. */
export interface Restoring {
  readonly desiredChanges: ReadonlyArray<DesiredChange>
  /** Ids of entitlements, and of people as `user:U0123`, that are gone from the system. */
  readonly gone: ReadonlyArray<string>
}

/** Reads each entitlement once, and looks up at once all who lost one. `makePlan` over the same `rememberReads` reads nothing again. */
export const changesToRestore = Effect.fn("Plan.restore")(function* <R>(
  { provisioning }: Connector<R>,
  recorded: ReadonlyArray<Recorded>,
): Effect.fn.Return<Restoring, ConnectorError, R> {
  if (provisioning === undefined) return { desiredChanges: [], gone: [] }
  const gone: Array<string> = []
  const lost: Array<{ readonly entitlement: EntitlementReference; readonly principal: ResourceId }> = []
  for (const { entitlement, members } of recorded) {
    const read = yield* Effect.catchIf(
      provisioning.holders(entitlement),
      ({ reason }) => reason._tag === "NotFound",
      () => Effect.succeed(undefined),
    )
    if (read === undefined) {
      gone.push(entitlement.id)
      continue
    }
    const held = new Set(toEntitlementHolders(read).holders.map(formatResourceId))
    for (const principal of members) if (!held.has(formatResourceId(principal))) lost.push({ entitlement, principal })
  }
  const names = new Set(lost.map(({ principal }) => principal.resource))
  const found = names.size === 0 ? new Map() : yield* provisioning.findPrincipals([...names], { foresee: true })
  const isThere = ({ principal }: (typeof lost)[number]) => found.has(principal.resource)
  return {
    desiredChanges: lost.filter(isThere).map((it): DesiredChange => ({ _tag: "Change", intent: "grant", ...it })),
    gone: [...gone, ...new Set(lost.filter((it) => !isThere(it)).map(({ principal }) => formatResourceId(principal)))],
  }
})

/** The same connector, which reads no entitlement twice and looks up nobody twice: for as long as one plan takes to be made. */
export const rememberReads = <R>(connector: Connector<R>): Connector<R> => {
  const { provisioning } = connector
  if (provisioning === undefined) return connector
  type Holders = Effect.Success<ReturnType<typeof provisioning.holders>>
  const holders = new Map<string, Holders>()
  const found = new Map<string, FoundPrincipal | UnclearPrincipal | undefined>()
  return {
    ...connector,
    provisioning: {
      ...provisioning,
      holders: (entitlement) =>
        Effect.suspend(() => {
          const known = holders.get(entitlement.id)
          return known === undefined
            ? Effect.tap(provisioning.holders(entitlement), (read) =>
                Effect.sync(() => void holders.set(entitlement.id, read)),
              )
            : Effect.succeed(known)
        }),
      findPrincipals: (names, options) =>
        Effect.suspend(() =>
          names.every((name) => found.has(name))
            ? Effect.succeed(
                new Map(
                  names.flatMap((name) => {
                    const meant = found.get(name)
                    return meant === undefined ? [] : [[name, meant]]
                  }),
                ),
              )
            : Effect.tap(provisioning.findPrincipals(names, options), (all) =>
                Effect.sync(() => {
                  for (const name of names) found.set(name, all.get(name))
                }),
              ),
        ),
    },
  }
}
