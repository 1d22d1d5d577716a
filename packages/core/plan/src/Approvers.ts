// `approvers.yaml`: it names people, the public key of each, their own accounts, and what each may approve; the private keys are theirs
// alone. It says whose signature a plan needs.
import type { ActionDeclaration, Connector, Provisioning } from "@rollcall/connector"
import { notGrantable, parseEntitlementId } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { keyIn } from "./approverKeys.ts"
import { PlanError } from "./PlanError.ts"
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
/** Somebody who makes or approves plans. */
export type Person = typeof Person.Type

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
