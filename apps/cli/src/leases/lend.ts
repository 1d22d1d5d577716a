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
import { brakesOnly, changeServices, lookIntoLeases } from "@rollcall/host/changes"
import { intervalOf } from "@rollcall/host/schedule"
import type { Lease, ReadHolders } from "@rollcall/plan"
import { grantUntil, ofConductorOne, readHolders, rememberReads } from "@rollcall/plan"
import { Clock, Effect, Layer, Result } from "effect"
import { recorded } from "../changes/audit.ts"
import { confirm, stopped } from "../changes/carryOut.ts"
import type { ChangePlan } from "../changes/ChangePlan.ts"
import { changeWishes, nothingChanged, previewLines } from "../changes/ChangePlan.ts"
import type { LentResult, OutcomeWords } from "../changes/outcomes.ts"
import { countsOf, failureLines, printResults, verdictOf } from "../changes/outcomes.ts"
import { refuseUnapproved } from "../approval/approval.ts"
import { UsageError } from "../errors.ts"
import { comparingReads } from "./following.ts"
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
    const reading = rememberReads(connector)
    const { changes, yes, rules, auditFile } = plan
    if (yes || (ask !== undefined && plan.mayAsk)) {
      yield* refuseUnapproved(reading, changeWishes("grant", changes), rules, { ends: true })
    }
    const preview = yield* comparingReads(reading, { store: rules.store, auditFile }, (compared) =>
      applyChanges(compared, { intent: "grant", changes, dryRun: true }),
    )
    const { leases, lastBeat } = yield* lookIntoLeases(rules.store)
    const open = new Map(leases.flatMap((lease) => (lease.state === "ended" ? [] : [[keyOf(lease), lease]])))
    const foreseen = preview.results.map((result) => lendable(result, open))
    const somethingToDo = foreseen.some(({ outcome }) => outcome === "wouldChange")
    if (!somethingToDo || preview.stopReason !== undefined) {
      return yield* conclude(plan, { results: foreseen, stopReason: preview.stopReason, recorded: false })
    }
    const isOver = lastBeat === undefined || (yield* Clock.currentTimeMillis) - lastBeat > 120_000
    const ends = `The access ends at ${new Date(until).toISOString()}. ${isOver ? noWorker(rules.store) : liveWorker}`
    if (!yes && (ask === undefined || !plan.mayAsk)) {
      yield* printResults(foreseen, plan)
      return yield* errLines([ends, nothingChanged(countsOf(words, foreseen), preview.brakes)])
    }
    yield* checkBrakes(preview.brakes)
    const mustAsk = !yes || (isOver && !withoutWorker)
    if (mustAsk) {
      if (ask === undefined || !plan.mayAsk) return yield* nobodyEnds(rules.store)
      yield* errLines([...previewLines(plan, foreseen), ends])
      yield* confirm(ask)
    }
    // What was read before somebody was asked may be old.
    const holders = readEachOnce(mustAsk ? connector : reading)
    const lending = grantAll(connector, plan, foreseen, holders, { until, maxLease: intervalOf(maxLease ?? "") })
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

/** Whoever holds it already has it without an end, unless a lease says otherwise, whose end can be moved. */
const lendable = (result: ChangeResult, open: ReadonlyMap<string, Lease>): ChangeResult => {
  const { change } = result
  if (result.outcome !== "already") return result
  const lease = open.get(keyOf(change))
  if (lease?.kind === "c1") return { ...result, outcome: "failed", failure: ofConductorOne(lease) }
  if (lease !== undefined) return { ...result, outcome: "wouldChange" }
  const failure = new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `${formatResourceId(change.principal)} holds ${change.entitlement.id} already, without an end.`,
    hint: "Revoke it first, then grant it for a time; or leave it as it is.",
  })
  return { ...result, outcome: "failed", failure }
}

/** Who holds each entitlement, read when the first of its grants comes to it. */
const readEachOnce = (connector: Connector) => {
  const read = new Map<string, ReadHolders>()
  return Effect.fnUntraced(function* ({ entitlement }: Pick<Change, "entitlement">) {
    const held = read.get(entitlement.id) ?? (yield* readHolders(connector, entitlement))
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
  foreseen: ReadonlyArray<ChangeResult>,
  holdersOf: ReturnType<typeof readEachOnce>,
  end: { readonly until: number; readonly maxLease: number | undefined },
) {
  const results: Array<LentResult> = []
  let stopReason: Lent["stopReason"]
  const { ...common } = origin
  const work = Effect.gen(function* () {
    for (const before of foreseen) {
      const { change } = before
      if (before.outcome !== "wouldChange") results.push(before)
      else if (stopReason !== undefined) results.push({ ...before, outcome: "notTried" })
      else {
        const statedReason = change.statedReason ?? origin.statedReason
        const came = yield* Effect.result(
          Effect.flatMap(holdersOf(change), (held) => grantUntil(connector, { ...change, ...end, held })).pipe(
            Effect.provideService(AuditOrigin, { ...common, statedReason }),
          ),
        )
        if (Result.isSuccess(came)) {
          results.push({ ...before, outcome: "changed", lease: came.success.lease })
        } else if (came.failure._tag === "StoreError") {
          stopReason = came.failure
          results.push({ ...before, outcome: "notTried" })
        } else {
          if (endsRun(came.failure)) stopReason = came.failure
          results.push({ ...before, outcome: "failed", failure: came.failure })
        }
      }
    }
    const lent: Lent = { results, stopReason }
    return lent
  })
  const total = grouped(foreseen.length)
  return yield* withLiveLines(work, () => [`${grouped(results.length)} of ${total}`], { shown: !quiet })
})

const endsRun = (error: ConnectorError): boolean => endsTheRun(error) || error.reason._tag === "Collateral"

const words: OutcomeWords = [
  ["changed", "granted for a time"],
  ["wouldChange", "would be granted for a time"],
  ["already", "held it already"],
  ["failed", "failed"],
  ["notTried", "not tried"],
]

const conclude = Effect.fnUntraced(function* (plan: ChangePlan, lent: Lent & { readonly recorded: boolean }) {
  const { results } = lent
  const printed = yield* Effect.exit(printResults(results, plan))
  const where = lent.recorded ? `; recorded in ${plan.auditFile}` : ""
  yield* errLines([...(plan.single || plan.quiet ? [] : failureLines(results)), `${countsOf(words, results)}${where}.`])
  yield* verdictOf(lent, plan)
  yield* printed
})

const liveWorker = "A worker that uses the same store will end it: it gave a sign of life within the last two minutes."

const noWorker = (store: string) =>
  `No worker has given a sign of life in ${store} within the last two minutes: until one does, only \`rollcall expire\` ends it.`

const nobodyEnds = (store: string) =>
  new UsageError({
    message: `${noWorker(store)} Nothing was begun.`,
    hint: "Start a worker with the same BATON_LEASES; or, where `rollcall expire` runs by a timetable, add --without-worker.",
  })
