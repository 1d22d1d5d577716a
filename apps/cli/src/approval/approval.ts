// Approval by a second person, at the command line: who may approve, from the file that the settings name; whether a plan needs it, and
// has it; and what a direct command does that would need it: it writes the plan instead.
import { writeText } from "@rollcall/access/output"
import type { Connector } from "@rollcall/connector"
import { ConfigError } from "@rollcall/config"
import type { ApprovalRules, ChangeRules } from "@rollcall/host/changes"
import { brakesOnly, lookIntoChanges, makeFolder } from "@rollcall/host/changes"
import { readTextFile } from "@rollcall/host/text-file"
import type { Approvable, Approvers, Lease, Plan, PlanFile, DesiredChange } from "@rollcall/plan"
import {
  checkApproval,
  decodeApprovers,
  decodePlanFile,
  encodePlanFile,
  makePlan,
  needsApproval,
  planFileOf,
  unbegun,
} from "@rollcall/plan"
import { actionsTakingAccess, CurrentBrakes } from "@rollcall/connector"
import { Clock, Effect, Stream } from "effect"
import { dirname, join } from "node:path"
import { UsageError } from "../errors.ts"

/** The plan in the file at this path, with its signatures. */
export const readPlan = Effect.fn("Plan.read")(function* (path: string) {
  return yield* decodePlanFile(path, yield* readTextFile(path, "a plan"))
})

/** Who may approve changes of this connector's; nothing where the settings name nobody and ask for nothing. */
const approversOf = Effect.fn("Approval.approvers")(function* (
  approval: ApprovalRules | undefined,
  connector: Approvable | undefined,
) {
  const path = approval?.approvers
  if (path !== undefined)
    return yield* decodeApprovers(path, yield* readTextFile(path, "a list of approvers"), connector)
  return approval?.required === true ? yield* nobodyNamed : undefined
})

const nobodyNamed = new ConfigError({
  reason: "Missing",
  message: "BATON_REQUIRE_APPROVAL is set, and nobody is named who may approve.",
  hint: "Name a file of approvers with BATON_APPROVERS.",
})

/** The same; fails where nobody is named. */
export const namedApprovers = (approval: ApprovalRules | undefined, connector: Approvable | undefined) =>
  Effect.flatMap(approversOf(approval, connector), (approvers) =>
    approvers === undefined ? noList : Effect.succeed(approvers),
  )

const noList = new ConfigError({
  reason: "Missing",
  message: "No approvers are named.",
  hint: "Name a file of them with BATON_APPROVERS or --approvers; docs/plan-and-apply.md shows one.",
})

/** An hour, in milliseconds. */
const hour = 3_600_000

const isNeeded = Effect.fnUntraced(function* (
  connector: Pick<Connector, "actions">,
  approval: ApprovalRules | undefined,
  approvers: Approvers,
  { tenant, changes }: Pick<Plan, "tenant" | "changes">,
) {
  if (changes.length === 0) return false
  if (approval?.required === true) return true
  const { countSince } = yield* CurrentBrakes
  const lately = yield* countSince(tenant.id, (yield* Clock.currentTimeMillis) - hour)
  return needsApproval(approvers, { changes }, { takingActions: actionsTakingAccess(connector), lately })
})

/** Whether a plan that was just made needs approval. */
export const needsSecondPerson = Effect.fn("Approval.needed")(function* (
  connector: Connector,
  plan: Pick<Plan, "tenant" | "changes">,
  rules: ChangeRules,
) {
  const { approval } = rules
  const approvers = yield* approversOf(approval, connector)
  if (approvers === undefined) return false
  return yield* Effect.provide(isNeeded(connector, approval, approvers, plan), brakesOnly(rules))
})

/** Who approved the plan, where what is left of it needs approval; fails where it has none. */
export const approvalOf = Effect.fn("Approval.check")(function* (
  connector: Connector,
  file: PlanFile,
  rules: ChangeRules,
  path: string,
) {
  const { approval, store } = rules
  const approvers = yield* approversOf(approval, connector)
  if (approvers === undefined) return undefined
  const { tenant } = file.plan
  // What it has removed itself, before it stopped, is among the changes of the last hour.
  const changes = unbegun(file.plan, yield* lookIntoChanges(store).ofPlan(file.plan.id))
  const needed = yield* Effect.provide(isNeeded(connector, approval, approvers, { tenant, changes }), brakesOnly(rules))
  return needed ? yield* checkApproval(approvers, file, path) : undefined
})

/**
 * What a direct command asks for, as a plan where it needs approval: it is written to the folder of plans, and the command ends with 64.
 * Nothing is read where the settings ask for no approval. What `ends` by itself is refused without a plan, which knows no end.
 */
export const refuseUnapproved = Effect.fn("Approval.direct")(function* (
  connector: Connector,
  desiredChanges: ReadonlyArray<DesiredChange>,
  rules: ChangeRules,
  { evenMyself = false, ends = false }: { readonly evenMyself?: boolean; readonly ends?: boolean } = {},
) {
  if ((yield* approversOf(rules.approval, connector)) === undefined) return
  const { plan } = yield* Effect.provide(makePlan(connector, { desiredChanges, evenMyself }), brakesOnly(rules))
  if (!(yield* needsSecondPerson(connector, plan, rules))) return
  if (ends) return yield* noEndInPlans
  const needs = "This needs approval by a second person. Nothing was changed"
  const folder = join(dirname(rules.store), "plans")
  const file = join(folder, `plan-${plan.id.slice(0, 8)}.json`)
  const written = yield* makeFolder(folder).pipe(
    Effect.andThen(writeText(file, { force: false, sources: [] }, Stream.make(encodePlanFile(planFileOf(plan))))),
    Effect.result,
  )
  if (written._tag === "Failure") {
    return yield* new UsageError({
      message: `${needs}, and its plan could not be written. ${written.failure.message}`,
      hint: "Make the plan with `rollcall plan`, with --out and --key; or name a store with BATON_LEASES in a folder that can be written.",
    })
  }
  return yield* new UsageError({
    message: `${needs}; the plan is in ${file}.`,
    hint: `Sign it with \`rollcall plan --refresh ${file} --out plan.json --key FILE\`, let somebody else run \`rollcall approve plan.json --key FILE\`, then \`rollcall apply plan.json\`. Each try leaves such a plan, which may be deleted.`,
  })
})

/** Leases that are taken from elsewhere: each ends access that others gave. */
export const refuseUnapprovedLeases = Effect.fn("Approval.leases")(function* (
  leases: ReadonlyArray<Lease>,
  rules: ChangeRules,
) {
  const { approval } = rules
  const approvers = yield* approversOf(approval, undefined)
  if (approvers === undefined) return
  for (const [tenant, ofTenant] of Map.groupBy(leases, (lease) => lease.tenant)) {
    const changes = ofTenant.map(
      ({ entitlement, principal }) =>
        ({ _tag: "Change", intent: "revoke", entitlement, principal, before: "held", after: "not held" }) as const,
    )
    const asked = { tenant: { id: tenant, displayName: tenant }, changes }
    if (yield* Effect.provide(isNeeded({}, approval, approvers, asked), brakesOnly(rules)))
      return yield* unapprovedLeases
  }
})

const unapprovedLeases = new UsageError({
  message: "What these leases end needs approval by a second person. Nothing was begun.",
  hint: "Move the store itself: copy its file while nothing uses it.",
})

/** A lease that is moved: refused where what it gives would need approval. */
export const refuseUnapprovedLease = Effect.fn("Approval.lease")(function* (
  connector: Connector,
  { tenant, entitlement, principal }: Pick<Lease, "tenant" | "entitlement" | "principal">,
  rules: ChangeRules,
) {
  const { approval } = rules
  const approvers = yield* approversOf(approval, connector)
  if (approvers === undefined) return
  const change = { _tag: "Change", intent: "grant", entitlement, principal, before: "held", after: "held" } as const
  const asked = { tenant: { id: tenant, displayName: tenant }, changes: [change] }
  if (yield* Effect.provide(isNeeded(connector, approval, approvers, asked), brakesOnly(rules)))
    return yield* noEndInPlans
})

const noEndInPlans = new UsageError({
  message: "This needs approval by a second person, and a plan grants without an end. Nothing was changed.",
  hint: "Have a grant without an end approved as a plan, and revoke it later by another.",
})
