// Grants for a time: says beforehand to whom and who will end it, then grants one by one, each with a lease.
import { auditLogFile } from "@rollcall/audit-file"
import type { Change, ChangeResult, Connector, StoreError } from "@rollcall/connector"
import {
  applyChanges,
  AuditOrigin,
  checkBrakes,
  ConnectorError,
  endsTheRun,
  formatResourceId,
} from "@rollcall/connector"
import { brakesOnly, calledStore, changeServices, lastBeatIn, lookIntoLeases } from "@rollcall/host/changes"
import { intervalOf } from "@rollcall/host/schedule"
import type { Lease, Leased, ReadHolders } from "@rollcall/plan"
import {
  checkEnd,
  endsLater,
  grantUntil,
  isAlive,
  ofConductorOne,
  readHolders,
  rememberReads,
  whyProtected,
} from "@rollcall/plan"
import { Clock, Effect, Layer, Result } from "effect"
import { recorded } from "../changes/audit.ts"
import { confirm, stopped } from "../changes/carryOut.ts"
import type { ChangePlan } from "../changes/ChangePlan.ts"
import { toDesiredChanges, nothingChanged, previewLines } from "../changes/ChangePlan.ts"
import type { LentResult, OutcomeWords } from "../changes/outcomes.ts"
import { countsOf, failureLines, printResults, verdictOf } from "../changes/outcomes.ts"
import { refuseUnapproved } from "../approval/approval.ts"
import { UsageError } from "../errors.ts"
import { comparingReads } from "../changes/following.ts"
import { errLines, grouped, Screen, withLiveLines } from "../Screen.ts"

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

const keyOf = ({ entitlement, principal }: Pick<Change, "entitlement" | "principal">): string =>
  `${entitlement.id} ${formatResourceId(principal)}`

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

/**
 * Who holds each entitlement, read when the first of its grants comes to it. `since`: the connector gives what it has read since then,
 * milliseconds since the epoch.
 */
const readEachOnce = (connector: Connector, since?: number) => {
  const read = new Map<string, ReadHolders>()
  return Effect.fnUntraced(function* ({ entitlement }: Pick<Change, "entitlement">) {
    const known = read.get(entitlement.id)
    const now = known ?? (yield* readHolders(connector, entitlement))
    const held = { ...now, readAt: since ?? now.readAt }
    read.set(entitlement.id, held)
    return held
  })
}

interface Lent {
  readonly results: ReadonlyArray<LentResult>
  readonly stopReason?: ConnectorError | StoreError | undefined
}

/** Grants one by one. What concerns the credential, the whole system or the store ends the run. */
const grantAll = Effect.fnUntraced(function* (
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

const words: OutcomeWords = [
  ["changed", "granted for a time"],
  ["wouldChange", "would be granted for a time"],
  ["already", "held it already"],
  ["failed", "failed"],
  ["notTried", "not tried"],
]

/** Ends that were moved, or would be, are counted by themselves. */
const lentCounts = (results: ReadonlyArray<LentResult>): string => {
  const isMove = ({ isMoved, outcome }: LentResult) =>
    isMoved === true && (outcome === "changed" || outcome === "wouldChange")
  const others = results.filter((result) => !isMove(result))
  const moved = results.filter(isMove)
  const would = moved.some(({ outcome }) => outcome === "wouldChange") ? " would be" : ""
  return [
    ...(moved.length === 0 ? [] : [`${grouped(moved.length)}${would} moved to a later end`]),
    ...(others.length === 0 && moved.length > 0 ? [] : [countsOf(words, others)]),
  ].join(", ")
}

const conclude = Effect.fnUntraced(function* (plan: ChangePlan, lent: Lent & { readonly recorded: boolean }) {
  const { results } = lent
  const printed = yield* Effect.exit(printResults(results, plan))
  const where = lent.recorded ? `; recorded in ${plan.auditFile}` : ""
  yield* errLines([...(plan.single || plan.quiet ? [] : failureLines(results)), `${lentCounts(results)}${where}.`])
  yield* verdictOf(lent, plan)
  yield* printed
})

const liveWorker = "A worker that uses the same store will end it: it gave a sign of life within the last two minutes."

const noWorker = (store: string) =>
  `No worker has given a sign of life in ${store} within the last two minutes: until one does, only \`rollcall expire\` ends it.`

const nobodyEnds = (store: string) =>
  new UsageError({
    message: `${noWorker(store)} Nothing was begun.`,
    hint: "Start a worker with the same BATON_LEASES, or BATON_DATABASE_URL; or, where `rollcall expire` runs by a timetable, add --without-worker.",
  })
