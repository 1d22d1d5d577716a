// What depends on the connectors that a run knows: which settings there are, what was given and is not used, and examples.
// Those in help and hints are written for Slack; a run of another connector shows them with its resource types, entitlements
// and variables, so that they can be copied.
import type { ConfigSources } from "@rollcall/config"
import { appFields, configWarnings, variableOf } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { builtIn, connectorFields } from "@rollcall/host"
import { Context, Effect } from "effect"
import { ListError } from "../changes/problems.ts"
import { UsageError } from "../errors.ts"
import { errLines } from "../Screen.ts"

/** The connectors that this run knows. */
export class KnownModules extends Context.Reference<ModuleList>("@rollcall/cli/KnownModules", {
  defaultValue: () => builtIn,
}) {}

/** All settings that any command knows. */
export const knownFields = (modules: ModuleList): ReadonlyArray<ConfigField> => [
  ...appFields,
  ...connectorFields(modules),
]

/** Says, on the standard error, what was given and is not used, but for what was `reported` already. */
export const warnAboutUnused = (sources: ConfigSources, reported: ReadonlySet<string>) =>
  Effect.flatMap(KnownModules, (modules) => warn(configWarnings(knownFields(modules), sources, reported)))

/** Prints warnings, on the standard error. */
export const warn = (warnings: ReadonlyArray<string>) => errLines(warnings.map((warning) => `warning: ${warning}`))

/** Texts with the examples of the connector that the run was told to use. */
export type OwnExamples = (text: string) => string

/** For the connectors that come with Rollcall the texts are as they are. */
export const ownExamples = ({ named, about }: ModuleList): OwnExamples => {
  if (named === undefined || about === undefined) return (text) => text
  const { resourceTypes, provisioning } = about
  const of = (trait: "user" | "group") => resourceTypes.find(({ traits }) => traits.includes(trait))?.id
  const principal = provisioning?.principalTypes[0] ?? of("user") ?? "TYPE"
  const [granted, slugs] = Object.entries(provisioning?.slugs ?? {})[0] ?? []
  const held = granted ?? of("group") ?? resourceTypes.find(({ id }) => id !== principal)?.id ?? "TYPE"
  const slug = Array.isArray(slugs) ? slugs[0] : "SLUG"
  const entitlement = `${held}:ID:${granted === undefined ? "SLUG" : slug}`
  const secret = named.fields.find(({ name }) => name === named.selectedBy) ?? { name: named.selectedBy }
  // The longest first, as some begin with others.
  const words: ReadonlyArray<readonly [string, string]> = [
    ["group:S0123:member:user:U0123", `${entitlement}:${principal}:ID`],
    ["workspaceRole:T0001:owner:assigned", entitlement],
    ["group:S0123:member", entitlement],
    ["user,userGroup", `${principal},${held}`],
    ["-t userGroup", `-t ${held}`],
    ["-t user ", `-t ${principal} `],
    ["-r U0123", "-r ID"],
    ["-r S0123", "-r ID"],
    ["to an IdP group", "to something"],
    ["BATON_TOKEN_FILE=", `${variableOf(secret)}_FILE=`],
  ]
  return (text) => words.reduce((shown, [slack, own]) => shown.replaceAll(slack, own), text)
}

/** The error with such examples in its hint. */
export const inOwnExamples =
  (own: OwnExamples) =>
  <E>(error: E): E | UsageError | ListError => {
    if (error instanceof UsageError) return new UsageError({ message: error.message, hint: own(error.hint) })
    if (!(error instanceof ListError)) return error
    const { message, hint, missing = false } = error
    return new ListError({ message, hint: own(hint), missing, cause: error })
  }
