// Makes a plan of what is asked for, prints it, and writes it to a file.
import { writeText } from "@rollcall/access/output"
import type { Connector } from "@rollcall/connector"
import { AuditOrigin, ConnectorError } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import { brakesOnly } from "@rollcall/host/changes"
import {
  afterRead,
  checkNames,
  encodePlanFile,
  makePlan,
  type Plan,
  PlanError,
  type PlanFile,
  planFileOf,
  signAsAuthor,
} from "@rollcall/plan"
import { Effect, Stream } from "effect"
import { auditOrigin } from "../changes/audit.ts"
import { ExitWith, UsageError } from "../errors.ts"
import { errLines, withLiveLines } from "../Screen.ts"
import { followLeases } from "../changes/following.ts"
import type { AskedOfPlan } from "./planSources.ts"
import type { PlanFormat, PlanHeading } from "./planText.ts"
import { printPlan } from "./planText.ts"

/** How a plan is made. */
export interface Planning extends AskedOfPlan {
  readonly reason: string | undefined
  readonly ticket: string | undefined
  /** What it is made from, and what that lacks. */
  readonly notes?: ReadonlyArray<string> | undefined
  readonly evenMyself: boolean
  readonly rules: ChangeRules
  readonly auditFile: string
  /** The path of the author's private key, who signs what is written. */
  readonly key: string | undefined
  readonly format: PlanFormat
  readonly quiet: boolean
  readonly out: string | undefined
  readonly force: boolean
  /** Files that are read, which the plan does not replace. */
  readonly sources: ReadonlyArray<string>
  /** How it is headed where it is printed; default: as a plan. */
  readonly heading?: PlanHeading | undefined
  /** Ends with 2 where there is something to do. */
  readonly exitCode: boolean
}

/**
 * Makes the plan of what is asked for by how things stand. Nothing is changed in the system; a lease whose person is shown without the
 * access is closed, as that was lost before.
 */
export const planNow = Effect.fn("Plan.now")(function* (
  connector: Connector,
  planning: Pick<
    Planning,
    "desiredChanges" | "desired" | "reason" | "ticket" | "notes" | "evenMyself" | "rules" | "auditFile" | "quiet"
  >,
) {
  const { desiredChanges, desired, reason, ticket, notes, evenMyself, rules, auditFile, quiet } = planning
  const { plan, state } = yield* makePlan(connector, { desiredChanges, ticket, notes, evenMyself }).pipe(
    Effect.provideService(AuditOrigin, yield* auditOrigin(reason)),
    Effect.provide(brakesOnly(rules)),
    Effect.mapError(notFound),
    (work) => withLiveLines(work, () => ["reading how things stand"], { shown: !quiet }),
  )
  // Nothing was read before this process began.
  const places = { store: rules.store, auditFile }
  yield* followLeases(places, afterRead(connector, state.tenant, state.held, performance.timeOrigin))
  if (desired !== undefined) yield* checkNames(desired, state)
  return plan
})

/** Makes the plan, writes it where that is asked for, and prints it. Nothing is changed in the system. */
export const planAndPrint = Effect.fn("Plan.command")(function* (connector: Connector, planning: Planning) {
  const { rules, key, format, quiet, out, force, sources, exitCode } = planning
  const plan = yield* planNow(connector, planning)
  if (key !== undefined && out === undefined) return yield* keyWithoutFile
  const signing = key === undefined ? undefined : yield* signer(connector, rules.approval, key)
  const file = signing === undefined ? planFileOf(plan) : yield* signing(planFileOf(plan))
  const { needsSecondPerson } = yield* Effect.promise(() => import("../approval/approval.ts"))
  const isNeeded = out !== undefined && (yield* needsSecondPerson(connector, plan, rules))
  if (out !== undefined)
    yield* writeText(
      out,
      { force, sources: [...sources, ...(key === undefined ? [] : [key]), ...recordsOf(planning)] },
      Stream.make(encodePlanFile(file)),
    )
  yield* printPlan(plan, format, planning.heading)
  if (out !== undefined && !quiet) yield* errLines([`Wrote ${out}${nextStep(out, plan, key !== undefined, isNeeded)}`])
  if (exitCode && (plan.changes.length > 0 || planning.heading === "drift elsewhere"))
    return yield* new ExitWith({ code: 2 })
})

/** What no output of a plan may replace: the list of approvers, and the records of changes. */
export const recordsOf = ({ rules, auditFile }: Pick<Planning, "rules" | "auditFile">): ReadonlyArray<string> =>
  [rules.approval?.approvers, rules.store, auditFile].filter((path) => path !== undefined)

/** The end of the line that names the file of a plan: what comes next. */
const nextStep = (path: string, { changes }: Plan, isSigned: boolean, isNeeded: boolean): string => {
  if (changes.length === 0) return ", which changes nothing."
  if (isNeeded && !isSigned) {
    return `. It needs approval by a second person: sign it with \`rollcall plan --refresh ${path} --out ${path} --force --key FILE\`, let somebody else run \`rollcall approve ${path} --key FILE\`, then \`rollcall apply ${path}\`.`
  }
  return isSigned
    ? `, signed by its author. Somebody else approves it with \`rollcall approve ${path} --key FILE\`; \`rollcall apply ${path}\` then carries it out.`
    : `. \`rollcall apply ${path}\` carries it out.`
}

/** A list that names a group that is not there is one that cannot be used. */
const notFound = <E>(error: E): E | PlanError =>
  error instanceof ConnectorError && error.reason._tag === "NotFound"
    ? new PlanError({ reason: "Unclear", message: `${error.message} Nothing was planned.`, hint: error.hint })
    : error

/** How the author's signature is made: the key has to be of somebody whom the list of approvers names. */
const signer = Effect.fnUntraced(function* (connector: Connector, approval: ChangeRules["approval"], path: string) {
  const { privateKeyIn } = yield* Effect.promise(() => import("@rollcall/review"))
  const { namedApprovers } = yield* Effect.promise(() => import("../approval/approval.ts"))
  const approvers = yield* namedApprovers(approval, connector)
  const key = yield* privateKeyIn(path)
  return (file: PlanFile) => signAsAuthor(approvers, file, key)
})

const keyWithoutFile = new UsageError({
  message: "--key signs the plan that is written, and none is.",
  hint: "Add --out plan.json.",
})
