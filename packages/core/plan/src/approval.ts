// Approval by a second person. It protects from accidents and from one person alone: whoever holds the token can call the system without us.
import { createPublicKey, type KeyObject } from "node:crypto"
import type { CountedChanges } from "@rollcall/connector"
import { countIn, formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { Approvers, Person } from "./Approvers.ts"
import { keyIn, pemOf } from "./approverKeys.ts"
import type { Plan, Planned, Subject } from "./Plan.ts"
import { PlanError } from "./PlanError.ts"
import type { PlanFile, PlanSignature } from "./PlanFile.ts"
import { isSignedBy, signPlan } from "./PlanFile.ts"
import { checkAge } from "./staleness.ts"

/** Whose private key it is; fails with `NotApproved` where it is nobody's. */
const ownerOf = Effect.fnUntraced(function* ({ people }: Approvers, key: KeyObject) {
  const mine = pemOf(createPublicKey(key))
  const owner = people.find((person) => keyIn(person.key) === mine)
  return owner === undefined
    ? yield* refused(
        "The key is of nobody whom the list of approvers names.",
        "Use the key whose public half the list holds.",
      )
    : owner
})

const refused = (message: string, hint: string) => new PlanError({ reason: "NotApproved", message, hint })

/** The plan with its author's signature, in place of any before. */
export const signAsAuthor = Effect.fn("Plan.sign")(function* (approvers: Approvers, file: PlanFile, key: KeyObject) {
  const { name } = yield* ownerOf(approvers, key)
  return { ...file, signatures: [yield* signature(file, { role: "author", name }, key)] }
})

const signature = Effect.fnUntraced(function* (
  { sha256 }: PlanFile,
  as: Pick<PlanSignature, "role" | "name">,
  key: KeyObject,
) {
  return signPlan(sha256, { ...as, time: new Date(yield* Clock.currentTimeMillis).toISOString() }, key)
})

/**
 * The plan, approved with this key. Fails with `NotApproved` where the key is of nobody listed or of the plan's author, where the
 * plan changes the approver's own access, has a change that they may not approve, or is not signed by its author; with `Unreadable` where
 * it was altered since it was signed; with `Expired` where it
 * is older than `maxAge`, in milliseconds. `path` is its file, for hints.
 */
export const approvePlan = Effect.fn("Plan.approve")(function* (
  approvers: Approvers,
  file: PlanFile,
  key: KeyObject,
  { maxAge, path }: { readonly maxAge: number; readonly path?: string | undefined },
): Effect.fn.Return<PlanFile, PlanError> {
  yield* checkAge(file.plan, maxAge, path)
  const approver = yield* ownerOf(approvers, key)
  yield* signersOf(approvers, file, path)
  const objection = objectionTo(approver, file)
  if (objection !== undefined) return yield* refused(objection, "Let somebody else approve it.")
  const others = file.signatures.filter(({ role, name }) => role !== "approver" || name !== approver.name)
  return { ...file, signatures: [...others, yield* signature(file, { role: "approver", name: approver.name }, key)] }
})

const objectionTo = ({ name, accounts, mayApprove }: Person, { plan, signatures }: PlanFile): string | undefined => {
  if (signatures.some((it) => it.role === "author" && it.name === name) || plan.author.osUser === name) {
    return `${name} made the plan, and nobody approves their own.`
  }
  const own = new Set(accounts.map((account) => account.toLowerCase()))
  const concerned: ReadonlyArray<Pick<Subject, "principal" | "address">> = [
    ...plan.subjects,
    ...plan.changes.flatMap(({ principal }) => (principal === undefined ? [] : [{ principal }])),
  ]
  const isOwn = concerned.some(({ principal, address = "" }) =>
    [principal.resource, formatResourceId(principal), address].some((id) => own.has(id.toLowerCase())),
  )
  if (isOwn) return `The plan changes the access of ${name}, who therefore does not approve it.`
  const other = plan.changes.find((change) => !isNamed(change, mayApprove))
  return other === undefined ? undefined : `${name} may not approve changes of ${namesOf(other)[0]}.`
}

/** By what a change can be named: its entitlement, the entitlement's resource, or its action. */
const namesOf = (change: Planned): ReadonlyArray<string> =>
  change._tag === "Change" ? [change.entitlement.id, formatResourceId(change.entitlement.resource)] : [change.action]

const isNamed = (change: Planned, names: ReadonlyArray<string>): boolean =>
  names.includes("*") || namesOf(change).some((name) => names.includes(name))

/** What counts as a removal, besides revocations: the actions of the connector that take access. */
export interface RemovalCounts {
  readonly takingActions: ReadonlyArray<string>
  /** Changes within the hour before. */
  readonly lately: ReadonlyArray<CountedChanges>
}

/** Whether a plan needs approval by what the list says. */
export const needsApproval = (
  { require = {} }: Approvers,
  { changes }: Pick<Plan, "changes">,
  { takingActions, lately }: RemovalCounts,
): boolean => {
  const { removalsAbove, changesOf = [] } = require
  const taking = ["revoke", ...takingActions]
  const removals = changes.filter((it) => taking.includes(it._tag === "Action" ? it.action : it.intent)).length
  const before = countIn(lately, taking)
  return (
    (removalsAbove !== undefined && removals > 0 && removals + before > removalsAbove) ||
    changes.some((change) => isNamed(change, changesOf))
  )
}

/**
 * Who signed the plan, and as what; fails with `Unreadable` where a signature does not fit it, and with `NotApproved` where it is of nobody
 * in the list, or the author's is missing.
 */
const signersOf = Effect.fnUntraced(function* ({ people }: Approvers, file: PlanFile, path = "PLAN") {
  const signers: Array<{ readonly role: PlanSignature["role"]; readonly person: Person }> = []
  for (const it of file.signatures) {
    const person = people.find(({ name }) => name === it.name)
    if (person === undefined) {
      return yield* refused(
        `${it.name} (${it.role}) has signed the plan, and is not in the list of approvers.`,
        "Have the plan signed and approved by people in the list.",
      )
    }
    if (!isSignedBy(file.sha256, it, person.key)) {
      return yield* new PlanError({
        reason: "Unreadable",
        message: `The signature of ${it.name} (${it.role}) does not fit the plan: it was altered since, or the list has another key of theirs now. Nothing was begun.`,
        hint: `Make it again with \`rollcall plan --refresh ${path} --out ${path} --force --key FILE\`, and have it approved again.`,
      })
    }
    signers.push({ role: it.role, person })
  }
  return signers.some(({ role }) => role === "author")
    ? signers
    : yield* refused(
        "The plan needs approval, and its author has not signed it.",
        `Its author signs it with \`rollcall plan --refresh ${path} --out ${path} --force --key FILE\`; then somebody else runs \`rollcall approve ${path} --key FILE\`.`,
      )
})

/**
 * Who approved the plan; fails with `Unreadable` where it was altered since it was signed, and with `NotApproved` where its author has not signed it or nobody who may has approved it. `path` is its file,
 * for hints.
 */
export const checkApproval = Effect.fn("Plan.checkApproval")(function* (
  approvers: Approvers,
  file: PlanFile,
  path = "PLAN",
): Effect.fn.Return<ReadonlyArray<string>, PlanError> {
  const signers = yield* signersOf(approvers, file, path)
  const approving = signers.flatMap(({ role, person }) => (role === "approver" ? [person] : []))
  const [objection] = approving.flatMap((person) => objectionTo(person, file) ?? [])
  if (objection !== undefined) return yield* refused(objection, "Let somebody else approve it.")
  return approving.length > 0
    ? approving.map(({ name }) => name)
    : yield* refused(
        "The plan needs approval by a second person, and has none.",
        `Let somebody else run \`rollcall approve ${path} --key FILE\`.`,
      )
})
