// Approval by a second person. `approvers.yaml` names people, the public key of each, their own accounts, and what each may approve; the
// private keys are theirs alone. It says whose signature a plan needs. It protects from accidents and from one person alone: whoever
// holds the token can call the system without us.
import { createPublicKey, type KeyObject } from "node:crypto"
import type { ActionDeclaration, Connector, CountedChanges, Provisioning } from "@rollcall/connector"
import { countIn, formatResourceId, notGrantable, parseEntitlementId } from "@rollcall/connector"
import { Clock, Effect, Schema } from "effect"
import type { Plan, Planned, Subject } from "./Plan.ts"
import { PlanError } from "./PlanError.ts"
import type { PlanFile, PlanSignature } from "./PlanFile.ts"
import { isSignedBy, signPlan } from "./PlanFile.ts"
import { checkAge } from "./staleness.ts"
import { yamlFile } from "./yamlFile.ts"

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

const read = yamlFile(Approvers)

/** What a list of approvers may name, as the connector says of itself. */
export interface Approvable extends Pick<Connector, "displayName"> {
  readonly actions?: ReadonlyArray<Pick<ActionDeclaration, "name">> | undefined
  readonly provisioning?: Pick<Provisioning, "slugs"> | undefined
}

/**
 * The approvers in the text of a file; `path` is for messages. Fails with `Unreadable`, and the line of each thing that is wrong: also where
 * an id or an action is named that the connector does not have, as it would silently ask for no approval.
 */
export const decodeApprovers = Effect.fn("Approvers.decode")(function* (
  path: string,
  text: string,
  connector?: Approvable,
): Effect.fn.Return<Approvers, PlanError> {
  const refuse = (details: ReadonlyArray<string>) => unreadable(path, details)
  const { value, lineOf } = yield* read(text, refuse)
  const { people, require: asked } = value
  const named = [
    ...people.flatMap(({ mayApprove }, at) =>
      mayApprove.map((id, nth) => [id, ["people", at, "mayApprove", nth]] as const),
    ),
    ...(asked?.changesOf ?? []).map((id, nth) => [id, ["require", "changesOf", nth]] as const),
  ]
  const keyOf = people.map(({ key }) => keyIn(key))
  const firstWith = (property: (at: number) => string | undefined, at: number) =>
    people.findIndex((_, other) => property(other) === property(at))
  const problems = [
    ...named.flatMap(([id, keys]) => {
      const problem = meaningless(id, connector)
      return problem === undefined ? [] : [[keys, problem] as const]
    }),
    ...people.flatMap(({ name }, at): ReadonlyArray<readonly [ReadonlyArray<PropertyKey>, string]> => {
      if (keyOf[at] === undefined) {
        return [[["people", at, "key"], `the key of ${name} is no public ed25519 key in PEM`]]
      }
      const twice = "twice: a person must not approve their own plans"
      return [
        ...(firstWith((of) => people[of]?.name, at) < at
          ? [[["people", at, "name"], `${name} is named ${twice}`] as const]
          : []),
        ...(firstWith((of) => keyOf[of], at) < at
          ? [[["people", at, "key"], `the key of ${name} is named ${twice}`] as const]
          : []),
      ]
    }),
  ]
  return problems.length === 0
    ? value
    : yield* refuse(problems.map(([keys, problem]) => `line ${lineOf(keys)}: ${problem}`))
})

/** `*`, an action, or an id with its type. */
const mayBeMeant = /^(?:\*|[a-z][a-z\d_]*|[^\s:]+:\S+)$/u

/** Why a name means nothing, in a clause without its full stop. */
const meaningless = (id: string, connector: Approvable | undefined): string | undefined => {
  if (!mayBeMeant.test(id)) {
    return `${id} is neither an id nor an action. A group is named by its id, such as group:S0123: others can change its name`
  }
  if (id === "*" || connector === undefined) return undefined
  const { displayName, actions = [], provisioning } = connector
  const seam = id.indexOf(":")
  if (seam < 0) {
    const known = actions.map(({ name }) => name)
    return known.includes(id)
      ? undefined
      : `${displayName} has no action ${id}, but ${known.join(", ") || "none at all"}`
  }
  const slugs = provisioning?.slugs ?? {}
  const type = id.slice(0, seam)
  if (slugs[type] === undefined) {
    return `${displayName} changes nothing of the type ${type}, but of ${Object.keys(slugs).join(", ") || "none"}`
  }
  const entitlement = parseEntitlementId(id)
  return entitlement === undefined ? undefined : notGrantable({ slugs }, entitlement)?.message.replace(/\.$/u, "")
}

const unreadable = (path: string, details: ReadonlyArray<string>) =>
  new PlanError({
    reason: "Unreadable",
    message: `${path} cannot be used as a list of approvers. ${details.join(". ")}.`,
    hint: "Correct it; docs/plan-and-apply.md shows such a file.",
    details,
  })

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
