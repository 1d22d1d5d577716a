// The desired state, as people write it: which entitlements are held by whom. It is YAML, so that it can be reviewed and have comments;
// what is wrong with it is told with its line. `access.schema.json` is its JSON Schema, for editors.
import type { ResourceId } from "@rollcall/connector"
import { firstFew, parseEntitlementId } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import type { LiveState } from "./LiveState.ts"
import type { DesiredChange } from "./Plan.ts"
import { PlanError } from "./PlanError.ts"
import { type YamlFile, yamlFile } from "./yamlFile.ts"

const Name = Schema.NonEmptyString

/** One entitlement, and who is to hold it. */
const DesiredEntitlement = Schema.Struct({
  id: Name.annotate({ description: "The id of the entitlement, such as group:S0123:member." }),
  name: Schema.optionalKey(
    Name.annotate({ description: "What its resource is called; a plan is refused where it is called otherwise." }),
  ),
  mode: Schema.Literals(["only", "at-least"]).annotate({
    description: "only: everybody else loses it. at-least: nobody loses it, but for those whom removals names.",
  }),
  members: Schema.Array(Name).annotate({ description: "Who is to hold it: ids or e-mail addresses." }),
  allowEmpty: Schema.optionalKey(
    Schema.Boolean.annotate({ description: "Under only: that members is empty is meant, and everybody loses it." }),
  ),
  removals: Schema.optionalKey(Schema.Array(Name).annotate({ description: "Under at-least: who is not to hold it." })),
})
export type DesiredEntitlement = typeof DesiredEntitlement.Type

/** The file. */
export const DesiredState = Schema.Struct({
  entitlements: Schema.Array(DesiredEntitlement).check(Schema.isMinLength(1)),
}).annotate({ title: "Rollcall access", description: "Which entitlements are to be held by whom." })
export type DesiredState = typeof DesiredState.Type

/** The JSON Schema (draft 2020-12) of the file. */
export const desiredStateSchema = (): object => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(DesiredState, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  }
}

const read = yamlFile(DesiredState)

/** The desired state in a text; `path` is for messages. Fails with `Unreadable`, and the line of each thing that is wrong. */
export const decodeDesiredState = (path: string, text: string): Effect.Effect<DesiredState, PlanError> =>
  Effect.map(readDesiredState(path, text), ({ value }) => value)

/** The same, with the lines of its parts. */
export const readDesiredState = Effect.fn("DesiredState.read")(function* (
  path: string,
  text: string,
): Effect.fn.Return<YamlFile<DesiredState>, PlanError> {
  const { value, lineOf } = yield* read(text, (details) => unreadable(path, details))
  const firstAt = new Map(value.entitlements.map(({ id }, at) => [id, at] as const).toReversed())
  const problems = value.entitlements.flatMap((entitlement, at) =>
    problemsOf(entitlement, firstAt.get(entitlement.id) !== at).map(
      ([key, problem]) => `line ${lineOf(["entitlements", at, key])}: ${problem}`,
    ),
  )
  return problems.length === 0 ? { value, lineOf } : yield* unreadable(path, problems)
})

const problemsOf = (
  { id, mode, members, allowEmpty, removals }: DesiredEntitlement,
  isRepeated: boolean,
): ReadonlyArray<readonly [key: keyof DesiredEntitlement, problem: string]> => [
  ...(parseEntitlementId(id) === undefined ? [["id", `${id} is not the id of an entitlement`] as const] : []),
  ...(isRepeated ? [["id", `${id} stands there twice`] as const] : []),
  ...(mode === "only" && members.length === 0 && allowEmpty !== true
    ? [["members", `nobody would be left in ${id}: where that is meant, add \`allowEmpty: true\``] as const]
    : []),
  ...(mode === "only" && removals !== undefined
    ? [["removals", "mode only removes everybody who is not a member, and takes no removals"] as const]
    : []),
]

/** Problems that an error lists. */
const listed = 10

const unreadable = (path: string, details: ReadonlyArray<string>) =>
  new PlanError({
    reason: "Unreadable",
    message: `${path} cannot be used. ${details.slice(0, listed).join(". ")}${details.length > listed ? `. ${details.length - listed} more are wrong` : ""}.`,
    hint: "Nothing was planned. Correct it; `rollcall plan --init` writes such a file from a sync.",
    details,
  })

/**
 * What an entry asks for: its members, and each removal by itself. `named` says whom a text means, be it an id or an address, as they
 * are looked up with the others.
 */
export const desiredChangesOf = (
  { id, mode, members, removals = [] }: DesiredEntitlement,
  named: (text: string) => ResourceId,
): ReadonlyArray<DesiredChange> => {
  const entitlement = parseEntitlementId(id)
  if (entitlement === undefined) return []
  return [
    { _tag: "Members", entitlement, mode, members: members.map(named) },
    ...removals.map((text): DesiredChange => ({
      _tag: "Change",
      intent: "revoke",
      entitlement,
      principal: named(text),
    })),
  ]
}

/** Whose resource is called otherwise than the desired state says, as its id may be that of another: a clause without its full stop each. */
export const misnamed = ({ entitlements }: DesiredState, { held }: Pick<LiveState, "held">): ReadonlyArray<string> =>
  entitlements.flatMap(({ id, name }) => {
    const found = held.get(id)?.resourceName
    return name === undefined || found === undefined || found === name
      ? []
      : [`${id} is called ${found}, and not ${name}`]
  })

/** Fails with `Unclear` where a resource is called otherwise than the desired state says. */
export const checkNames = (desired: DesiredState, state: Pick<LiveState, "held">): Effect.Effect<void, PlanError> => {
  const wrong = misnamed(desired, state)
  return wrong.length === 0
    ? Effect.void
    : Effect.fail(
        new PlanError({
          reason: "Unclear",
          message: `${firstFew(wrong, listed, "; ")}. Nothing was planned.`,
          hint: "Check that the id is the one that is meant, and correct the name.",
          details: wrong,
        }),
      )
}
