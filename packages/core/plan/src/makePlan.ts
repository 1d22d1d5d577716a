// A plan from what is asked for: reads the system, works out what is left to do, and says what stands in the way.
import type { Connector, ConnectorError, StoreError, TrippedBrake } from "@rollcall/connector"
import {
  actionsTakingAccess,
  AuditOrigin,
  firstFew,
  formatResourceId,
  randomId,
  refusalOf,
  trippedBrakes,
} from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { LiveState } from "./LiveState.ts"
import { aliasesIn, idsOf, readLiveState } from "./LiveState.ts"
import { type Plan, type Planned, wellFormed, type DesiredChange } from "./Plan.ts"
import { PlanError } from "./PlanError.ts"
import type { PlanRules } from "./planChanges.ts"
import { planChanges } from "./planChanges.ts"
import { unclearNames } from "./unclearNames.ts"
import { takesAccess } from "./warnings.ts"

/** What a plan is to say of itself, besides what is asked for. */
export interface PlanRequest {
  readonly desiredChanges: ReadonlyArray<DesiredChange>
  readonly ticket?: string | undefined
  readonly notes?: ReadonlyArray<string> | undefined
  /** Plans what takes access from the account that acts, too; default `false`. */
  readonly evenMyself?: boolean | undefined
}

/** A plan, and the state that it was made from. */
export interface MadePlan {
  readonly plan: Plan
  readonly state: LiveState
}

/**
 * Makes a plan. Fails with `Unclear` where a name means nobody or several, and as the system does where a group or the accounts
 * cannot be read whole: nothing is planned by halves.
 */
export const makePlan = Effect.fn("Plan.make")(function* <R>(
  connector: Connector<R>,
  { evenMyself = false, ...request }: PlanRequest,
): Effect.fn.Return<MadePlan, ConnectorError | StoreError | PlanError, R> {
  const { desiredChanges: asked, ticket, notes = [] } = wellFormed(request)
  const state = yield* readLiveState(connector, asked)
  const unclear = unclearNames(asked, state)
  if (unclear.length > 0) return yield* unclearError(unclear.map(({ name, why }) => `${name}: ${why}`))
  const { contradictions, ...planned } = planChanges(asked, state, yield* rulesOf(connector, state, asked, evenMyself))
  if (contradictions.length > 0) return yield* contradictory(contradictions)
  const { osUser, statedReason } = wellFormed(yield* AuditOrigin)
  const { tenant } = state
  const plan: Plan = {
    version: 1,
    id: yield* randomId(4),
    madeAt: new Date(yield* Clock.currentTimeMillis).toISOString(),
    connector: connector.id,
    tenant: { id: tenant.id, displayName: tenant.displayName },
    author: {
      ...(osUser === undefined ? {} : { osUser }),
      ...(tenant.actor === undefined ? {} : { actor: tenant.actor }),
    },
    ...(statedReason === undefined ? {} : { reason: statedReason }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(notes.length === 0 ? {} : { notes }),
    ...planned,
    brakes: yield* brakesOn(connector, state, planned.changes),
  }
  return { plan, state }
})

/** What the connector, and we, would refuse. */
export const rulesOf = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  { tenant }: LiveState,
  desiredChanges: ReadonlyArray<DesiredChange>,
  evenMyself: boolean,
): Effect.fn.Return<PlanRules, ConnectorError, R> {
  const { actions = [], provisioning } = connector
  const [type = "user"] = provisioning?.principalTypes ?? []
  const taking = actions.find(
    ({ name, takesAccess: taken }) =>
      taken !== undefined && desiredChanges.some((desired) => desired._tag === "Action" && desired.action === name),
  )
  const own =
    evenMyself || tenant.actor === undefined || taking?.takesAccess === undefined
      ? []
      : [tenant.actor, ...(yield* taking.takesAccess.ownIds(tenant))]
  return {
    actions,
    refusal: (change) => refusalOf(connector, change),
    own: new Set(own.map((resource) => formatResourceId({ resourceType: type, resource }))),
  }
})

/** The brakes that what is left to do would trip. */
export const brakesOn = <R>(
  connector: Connector<R>,
  state: LiveState,
  changes: ReadonlyArray<Planned>,
): Effect.Effect<ReadonlyArray<TrippedBrake>, StoreError> => {
  const disabled = changes.filter((change) => takesAccess(change, connector.actions ?? []))
  return trippedBrakes({
    tenant: state.tenant.id,
    changes: changes.flatMap((change) =>
      change._tag === "Change" ? [{ ...change, ...aliasesIn(state, change.principal) }] : [],
    ),
    disabled: disabled.flatMap(({ principal }) => (principal === undefined ? [] : [formatResourceId(principal)])),
    disabledAs: disabled.flatMap(({ principal }) =>
      principal === undefined ? [] : idsOf(principal, state).filter((id) => id !== formatResourceId(principal)),
    ),
    takingActions: actionsTakingAccess(connector),
    held: state.held,
  })
}

const unclearError = (details: ReadonlyArray<string>) =>
  new PlanError({
    reason: "Unclear",
    message: `${details.length === 1 ? "A name means no one person" : `${details.length} names mean no one person`}: ${firstFew(details, 20, "; ")}. Nothing was planned.`,
    hint: "Give ids, or addresses that one account has.",
    details,
  })

const contradictory = (details: ReadonlyArray<string>) =>
  new PlanError({
    reason: "Unclear",
    message: `What is asked for contradicts itself: ${firstFew(details, 20, "; ")}. Nothing was planned.`,
    hint: "Take one of the two out.",
    details,
  })
