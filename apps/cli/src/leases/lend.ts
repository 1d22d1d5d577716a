// Grants for a time: says beforehand to whom and who will end it, then grants one by one, each with a lease.
import { auditLogFile } from "@rollcall/audit-file"
import type { ChangeResult, Connector } from "@rollcall/connector"
import { applyChanges, AuditOrigin, checkBrakes, ConnectorError, formatResourceId } from "@rollcall/connector"
import { brakesOnly, calledStore, changeServices, lastBeatIn, lookIntoLeases } from "@rollcall/host/changes"
import { intervalOf } from "@rollcall/host/schedule"
import type { Lease } from "@rollcall/plan"
import { checkEnd, endsLater, isAlive, ofConductorOne, rememberReads, whyProtected } from "@rollcall/plan"
import { Clock, Effect, Layer } from "effect"
import { recorded } from "../changes/audit.ts"
import { confirm, stopped } from "../changes/carryOut.ts"
import type { ChangePlan } from "../changes/ChangePlan.ts"
import { toDesiredChanges, nothingChanged, previewLines } from "../changes/ChangePlan.ts"
import type { LentResult } from "../changes/outcomes.ts"
import { printResults } from "../changes/outcomes.ts"
import { refuseUnapproved } from "../approval/approval.ts"
import { comparingReads } from "../changes/following.ts"
import { errLines, Screen } from "../Screen.ts"
import { grantAll, keyOf, readEachOnce } from "./grantAll.ts"
import { conclude, lentCounts, liveWorker, noWorker, nobodyEnds } from "./lentOutcomes.ts"

/** How long access is granted for. */
export interface Lending {
  /** Milliseconds since the epoch. */
  readonly until: number
  /** The setting, which its rule has found to be a length of time. */
  readonly maxLease: string | undefined
  /** Whether somebody has said that no worker is needed. */
  readonly withoutWorker: boolean
}

/** Grants what the plan says until an instant, prints a result for each change, and fails where they did not all go well. */
export const lend = Effect.fn("Leases.lend")(
  function* (connector: Connector, plan: ChangePlan, { until, maxLease, withoutWorker }: Lending) {
    const { ask } = yield* Screen
    const end = { until, maxLease: intervalOf(maxLease ?? "") }
    yield* checkEnd(end)
    const reading = rememberReads(connector)
    const readAt = yield* Clock.currentTimeMillis
    const { changes, yes, rules, auditFile } = plan
    if (yes || (ask !== undefined && plan.mayAsk)) {
      yield* refuseUnapproved(reading, toDesiredChanges("grant", changes), rules, { ends: true })
    }
    const preview = yield* comparingReads(reading, { store: rules.store, auditFile }, (compared) =>
      applyChanges(compared, { intent: "grant", changes, dryRun: true }),
    )
    const { id: tenant } = yield* reading.identify
    const { leases } = yield* lookIntoLeases(rules.store)
    const store = yield* calledStore(rules.store)
    const ofTenant = leases.filter((lease) => lease.tenant === tenant && lease.state !== "ended")
    const open = new Map(ofTenant.map((lease) => [keyOf(lease), lease]))
    const foreseen = withoutRepeats(
      yield* Effect.forEach(preview.results, (result) =>
        lendable(reading, result, open.get(keyOf(result.change)), until),
      ),
    )
    const somethingToDo = foreseen.some(({ outcome }) => outcome === "wouldChange")
    if (!somethingToDo || preview.stopReason !== undefined) {
      return yield* conclude(plan, { results: foreseen, stopReason: preview.stopReason, recorded: false })
    }
    const isEnded = isAlive(yield* lastBeatIn(rules.store, tenant), yield* Clock.currentTimeMillis)
    const ends = `The access ends at ${new Date(until).toISOString()}. ${isEnded ? liveWorker : noWorker(store)}`
    if (!yes && (ask === undefined || !plan.mayAsk)) {
      yield* printResults(foreseen, plan)
      return yield* errLines([ends, nothingChanged(lentCounts(foreseen), preview.brakes)])
    }
    yield* checkBrakes(preview.brakes)
    const mustAsk = !yes || (!isEnded && !withoutWorker)
    if (mustAsk) {
      if (ask === undefined || !plan.mayAsk) return yield* nobodyEnds(store)
      yield* errLines([...previewLines(plan, foreseen), ends])
      yield* confirm(ask)
    } else yield* errLines([ends])
    // What was read before somebody was asked may be old.
    const holders = mustAsk ? readEachOnce(connector) : readEachOnce(reading, readAt)
    const lending = grantAll(connector, plan, foreseen, holders, end)
    const lent = yield* recorded(lending).pipe(
      Effect.onInterrupt(() => errLines([stopped({ auditFile })])),
      Effect.provide(changeServices(rules, auditLogFile(auditFile))),
    )
    yield* conclude(plan, lent)
  },
  (effect, _connector, { auditFile, origin, rules }) =>
    effect.pipe(
      Effect.provideService(AuditOrigin, origin),
      Effect.provide(Layer.merge(auditLogFile(auditFile), brakesOnly(rules))),
    ),
)

/** Whoever holds it already has it without an end, unless an open lease says otherwise, whose end can be moved. */
const lendable = Effect.fnUntraced(function* (
  connector: Connector,
  result: ChangeResult,
  lease: Lease | undefined,
  until: number,
): Effect.fn.Return<LentResult, ConnectorError> {
  const { change } = result
  if (result.outcome !== "already" && result.outcome !== "wouldChange") return result
  const guarded = yield* whyProtected(connector, change)
  if (guarded !== undefined) return { ...result, outcome: "failed", failure: guarded }
  if (result.outcome === "wouldChange") return result
  if (lease?.kind === "c1") return { ...result, outcome: "failed", failure: ofConductorOne(lease) }
  if (lease !== undefined) {
    const later = Date.parse(lease.endsAt) - until
    // A grant whose outcome is not known may be asked for once more, for just as long.
    const moves = later < 0 || (later === 0 && lease.state === "pending")
    return moves
      ? { ...result, outcome: "wouldChange", isMoved: true }
      : { ...result, outcome: "failed", failure: endsLater(lease) }
  }
  const failure = new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `${formatResourceId(change.principal)} holds ${change.entitlement.id} already, without an end.`,
    hint: "Revoke it first, then grant it for a time; or leave it as it is.",
  })
  return { ...result, outcome: "failed", failure }
})

/** What is asked for twice is granted once. */
const withoutRepeats = (results: ReadonlyArray<LentResult>): ReadonlyArray<LentResult> => {
  const asked = new Set<string>()
  return results.map((result) => {
    const key = keyOf(result.change)
    const isRepeat = asked.has(key) && result.outcome === "wouldChange"
    asked.add(key)
    return isRepeat ? { ...result, outcome: "already" } : result
  })
}
