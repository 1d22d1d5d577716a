// Approval by a second person. `approvers.yaml` names people, the public key of each, their own accounts, and what each may approve; the
// private keys are theirs alone. It says whose signature a plan needs. It protects from accidents and from one person alone: whoever
// holds the token can call the system without us.
import { createPublicKey, type KeyObject } from "node:crypto"
import { countIn, type CountedChanges, formatResourceId } from "@rollcall/connector"
import { Clock, Effect, Schema } from "effect"
import { parseDocument } from "yaml"
import type { Plan, Planned } from "./Plan.ts"
import { PlanError } from "./PlanError.ts"
import type { PlanFile, PlanSignature } from "./PlanFile.ts"
import { isSignedBy, signPlan } from "./PlanFile.ts"
import { checkAge } from "./staleness.ts"

const Person = Schema.Struct({
  /** As results and the audit log name them. */
  name: Schema.NonEmptyString,
  /** The public key (ed25519), as PEM. */
  key: Schema.NonEmptyString,
  /** Ids and addresses of their own accounts: they approve nothing that changes these. */
  accounts: Schema.Array(Schema.NonEmptyString),
  /** Ids of entitlements and of their resources, names of actions, or `*`. Nobody approves what is not named. */
  mayApprove: Schema.Array(Schema.NonEmptyString),
})
type Person = typeof Person.Type

/** `approvers.yaml`: who may make and approve plans, and which plans need it. */
export const Approvers = Schema.Struct({
  people: Schema.NonEmptyArray(Person),
  /** Plans that need approval besides those that `BATON_REQUIRE_APPROVAL` asks for: any of these is enough. */
  require: Schema.optionalKey(
    Schema.Struct({
      /** With more removals than this in the plan and within the hour before it. */
      removalsAbove: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
      /** With any change of these: as in `mayApprove`. */
      changesOf: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
    }),
  ),
})
export type Approvers = typeof Approvers.Type

const decode = Schema.decodeUnknownEffect(Approvers, { onExcessProperty: "error" })

/** The approvers in the text of a file; `path` is for messages. */
export const decodeApprovers = Effect.fn("Approvers.decode")(function* (
  path: string,
  text: string,
): Effect.fn.Return<Approvers, PlanError> {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) return yield* unreadable(`${path} is no YAML: ${firstLine(error.message)}`)
  const approvers = yield* Effect.mapError(decode(document.toJS()), (cause) =>
    unreadable(`${path} does not name approvers: ${firstLine(cause.message)}`),
  )
  const { people } = approvers
  const unclear = [...people.flatMap(({ mayApprove }) => mayApprove), ...(approvers.require?.changesOf ?? [])].find(
    (id) => !mayBeMeant.test(id),
  )
  if (unclear !== undefined) {
    return yield* unreadable(
      `${path}: ${unclear} is neither an id nor an action. A group is named by its id, such as group:S0123: others can change its name.`,
    )
  }
  for (const { name, key } of people) {
    if (keyIn(key) === undefined)
      return yield* unreadable(`${path}: the key of ${name} is no public ed25519 key in PEM.`)
  }
  const names = new Set(people.map(({ name }) => name))
  const keys = new Set(people.map(({ key }) => keyIn(key)))
  if (names.size < people.length || keys.size < people.length) {
    return yield* unreadable(`${path} names somebody, or a key, twice: a person must not approve their own plans.`)
  }
  return approvers
})

/** `*`, an action, or an id with its type. A name that nothing has would silently ask for no approval. */
const mayBeMeant = /^(?:\*|[a-z][a-z\d_]*|[^\s:]+:\S+)$/u

const firstLine = (text: string) => text.split("\n", 1)[0] ?? text

const unreadable = (message: string) =>
  new PlanError({ reason: "Unreadable", message, hint: "docs/plan-and-apply.md shows such a file." })

/** A public key as it is compared; nothing where it is none. */
const keyIn = (pem: string): string | undefined => {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === "ed25519" && !pem.includes("PRIVATE KEY") ? pemOf(key) : undefined
  } catch {
    return undefined
  }
}

const pemOf = (key: KeyObject): string => key.export({ type: "spki", format: "pem" })

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
 * plan changes the approver's own access, or has a change that they may not approve; with `Expired` where it is older than `maxAge`,
 * in milliseconds.
 */
export const approvePlan = Effect.fn("Plan.approve")(function* (
  approvers: Approvers,
  file: PlanFile,
  key: KeyObject,
  maxAge: number,
): Effect.fn.Return<PlanFile, PlanError> {
  yield* checkAge(file.plan, maxAge)
  const approver = yield* ownerOf(approvers, key)
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
  const isOwn = plan.subjects.some(({ principal, address }) =>
    [principal.resource, formatResourceId(principal), address ?? ""].some((id) => own.has(id.toLowerCase())),
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

/** Who approved the plan; fails with `NotApproved` where its author has not signed it or nobody who may has approved it. */
export const checkApproval = Effect.fn("Plan.checkApproval")(function* (
  { people }: Approvers,
  file: PlanFile,
): Effect.fn.Return<ReadonlyArray<string>, PlanError> {
  const signers = file.signatures.map((it) => {
    const person = people.find(({ name }) => name === it.name)
    return {
      role: it.role,
      person: person !== undefined && isSignedBy(file.sha256, it, person.key) ? person : undefined,
    }
  })
  const forged = file.signatures.find((_, at) => signers[at]?.person === undefined)
  if (forged !== undefined) {
    return yield* refused(
      `The signature of ${forged.name} (${forged.role}) does not fit the plan, or they are not in the list of approvers.`,
      "Have the plan signed and approved again.",
    )
  }
  if (!signers.some(({ role }) => role === "author")) {
    return yield* refused(
      "The plan needs approval, and its author has not signed it.",
      "Sign it with `rollcall plan --refresh PLAN --out PLAN --force --key FILE`; then somebody else runs `rollcall approve PLAN --key FILE`.",
    )
  }
  const approvers = signers.flatMap(({ role, person }) => (role === "approver" && person !== undefined ? [person] : []))
  const [objection] = approvers.flatMap((person) => objectionTo(person, file) ?? [])
  if (objection !== undefined) return yield* refused(objection, "Let somebody else approve it.")
  return approvers.length > 0
    ? approvers.map(({ name }) => name)
    : yield* refused(
        "The plan needs approval by a second person, and has none.",
        "Let somebody run `rollcall approve` on it.",
      )
})
