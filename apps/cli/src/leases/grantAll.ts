// Grants for a time, one by one, each with a lease.
import type { Change, Connector, StoreError, ConnectorError } from "@rollcall/connector"
import { AuditOrigin, endsTheRun, formatResourceId } from "@rollcall/connector"
import type { Leased, ReadHolders } from "@rollcall/plan"
import { grantUntil, readHolders } from "@rollcall/plan"
import { Effect, Result } from "effect"
import type { ChangePlan } from "../changes/ChangePlan.ts"
import type { LentResult } from "../changes/outcomes.ts"
import { grouped, withLiveLines } from "../Screen.ts"

/** What two grants of the same to the same principal have in common. */
export const keyOf = ({ entitlement, principal }: Pick<Change, "entitlement" | "principal">): string =>
  `${entitlement.id} ${formatResourceId(principal)}`

/**
 * Who holds each entitlement, read when the first of its grants comes to it. `since`: the connector gives what it has read since then,
 * milliseconds since the epoch.
 */
export const readEachOnce = (connector: Connector, since?: number) => {
  const read = new Map<string, ReadHolders>()
  return Effect.fnUntraced(function* ({ entitlement }: Pick<Change, "entitlement">) {
    const known = read.get(entitlement.id)
    const now = known ?? (yield* readHolders(connector, entitlement))
    const held = { ...now, readAt: since ?? now.readAt }
    read.set(entitlement.id, held)
    return held
  })
}

/** What came of the grants. */
export interface Lent {
  readonly results: ReadonlyArray<LentResult>
  readonly stopReason?: ConnectorError | StoreError | undefined
}

/** Grants one by one. What concerns the credential, the whole system or the store ends the run. */
export const grantAll = Effect.fnUntraced(function* (
  connector: Connector,
  { origin, quiet }: ChangePlan,
  foreseen: ReadonlyArray<LentResult>,
  holdersOf: ReturnType<typeof readEachOnce>,
  end: { readonly until: number; readonly maxLease: number | undefined },
) {
  const results: Array<LentResult> = []
  const came = new Map<string, LentResult>()
  let stopReason: Lent["stopReason"]
  const { ...common } = origin
  const work = Effect.gen(function* () {
    for (const before of foreseen) {
      const { change } = before
      const same = came.get(keyOf(change))
      if (same !== undefined) results.push(repeated(same, before))
      else if (before.outcome !== "wouldChange") results.push(before)
      else if (stopReason !== undefined) results.push({ ...before, outcome: "notTried" })
      else {
        const statedReason = change.statedReason ?? origin.statedReason
        const lent = yield* Effect.result(
          Effect.flatMap(holdersOf(change), (held) => grantUntil(connector, { ...change, ...end, held })).pipe(
            Effect.provideService(AuditOrigin, { ...common, statedReason }),
          ),
        )
        const result = resultOf(before, lent)
        if (Result.isFailure(lent) && (lent.failure._tag === "StoreError" || endsRun(lent.failure)))
          stopReason = lent.failure
        came.set(keyOf(change), result)
        results.push(result)
      }
    }
    const all: Lent = { results, stopReason }
    return all
  })
  const total = grouped(foreseen.length)
  return yield* withLiveLines(work, () => [`${grouped(results.length)} of ${total}`], { shown: !quiet })
})

const resultOf = (before: LentResult, came: Result.Result<Leased, ConnectorError | StoreError>): LentResult => {
  if (Result.isSuccess(came)) {
    const { lease, outcome } = came.success
    return { ...before, outcome: "changed", lease, isMoved: outcome === "extended" }
  }
  const { failure } = came
  return failure._tag === "StoreError" ? { ...before, outcome: "notTried" } : { ...before, outcome: "failed", failure }
}

/** Of what was asked for before in the same run. */
const repeated = (first: LentResult, { change }: LentResult): LentResult =>
  first.outcome === "changed" ? { ...first, change, outcome: "already" } : { ...first, change }

const endsRun = (error: ConnectorError): boolean => endsTheRun(error) || error.reason._tag === "Collateral"
