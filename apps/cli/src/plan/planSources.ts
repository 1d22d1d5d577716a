// What a plan is to be made of, as lists say it: those that `grant --from`, `revoke --from` and `actions run --from` take. People are
// named by id or address, as they are written; the plan looks all of them up at once.
import { hideTokens } from "@rollcall/api-client"
import { suggestion } from "@rollcall/config"
import type { ActionDeclaration, Connector } from "@rollcall/connector"
import { cannot, cannotChange, notGrantable, parseEntitlementId, parsePrincipal } from "@rollcall/connector"
import { provisions } from "@rollcall/connector-module"
import type { ModuleList } from "@rollcall/host"
import { refuse } from "@rollcall/host"
import { readTextFile } from "@rollcall/host/text-file"
import type { DesiredState, DesiredChange, YamlFile } from "@rollcall/plan"
import { readDesiredState, desiredChangesOf } from "@rollcall/plan"
import { Effect } from "effect"
import { desiredRuns } from "../actions/ActionPlan.ts"
import { askedRuns } from "../actions/askedRuns.ts"
import { readList, resolveNames } from "../changes/askedChanges.ts"
import { toDesiredChanges } from "../changes/ChangePlan.ts"
import { linesError } from "../changes/problems.ts"
import { readChanges } from "../changes/resolveChanges.ts"
import { UsageError } from "../errors.ts"

/** The lists, as the flags name them. */
export interface PlanSources {
  readonly grants?: string | undefined
  readonly revocations?: string | undefined
  readonly action?: string | undefined
  readonly accounts?: string | undefined
  readonly desired?: string | undefined
  /** The folder of a campaign. */
  readonly review?: string | undefined
}

/** What the lists ask for. */
export interface AskedOfPlan {
  readonly desiredChanges: ReadonlyArray<DesiredChange>
  /** What has to be so for it, as a desired state says it. */
  readonly desired: DesiredState | undefined
  /** Entries of it about what the connector reads and cannot change. */
  readonly unchangeable?: DesiredState["entitlements"] | undefined
  /** Why, where what was named says so, and what is no part of it. */
  readonly reason?: string | undefined
  readonly notes?: ReadonlyArray<string> | undefined
  /** Files that were read, besides those that flags name. */
  readonly files?: ReadonlyArray<string> | undefined
}

/** What a list is read with. */
export interface SourceContext {
  readonly connector: Connector
  readonly modules: ModuleList
  /** The file of the last sync, for names of groups. */
  readonly file: string
}

/** All that the lists ask for. */
export const askedOfPlan = Effect.fn("Plan.asked")(function* (flags: PlanSources, context: SourceContext) {
  const { grants, revocations, action, accounts, desired: path } = flags
  if ([grants, revocations, accounts].filter((list) => list === "-").length > 1) return yield* oneStandardInput
  if ((action === undefined) !== (accounts === undefined)) return yield* bothOfAction
  const desiredChanges: Array<DesiredChange> = []
  if (grants !== undefined) desiredChanges.push(...(yield* changesIn("grant", grants, context)))
  if (revocations !== undefined) desiredChanges.push(...(yield* changesIn("revoke", revocations, context)))
  if (action !== undefined && accounts !== undefined) desiredChanges.push(...(yield* runsIn(action, accounts, context)))
  const { desiredChanges: removals, ...said } = yield* reviewed(flags.review, context)
  desiredChanges.push(...removals)
  if (path === undefined) return { desiredChanges, desired: undefined, unchangeable: [], ...said }
  const file = yield* readDesiredState(path, yield* readTextFile(path, "a desired state"))
  const asked = yield* desiredIn(file, path, context)
  return {
    ...said,
    desiredChanges: [...desiredChanges, ...asked.desiredChanges],
    desired: file.value,
    unchangeable: asked.unchangeable,
  }
})

/** What a campaign decided to remove. */
const reviewed = Effect.fnUntraced(function* (folder: string | undefined, context: SourceContext) {
  if (folder === undefined) return { desiredChanges: [], reason: undefined, notes: [], files: [] }
  const { removalsOfReview } = yield* Effect.promise(() => import("./fromReview.ts"))
  const { mark, revocations, accounts, notes, files } = yield* removalsOfReview(folder)
  const disable = context.connector.actions?.find(({ kind }) => kind === "accountDisable")
  const desiredChanges: Array<DesiredChange> = []
  for (const list of revocations) desiredChanges.push(...(yield* changesIn("revoke", list, context)))
  for (const list of accounts) desiredChanges.push(...(yield* runsIn(disable?.name ?? "disable_user", list, context)))
  return { desiredChanges, reason: `access review ${mark}`, notes, files }
})

/** What the entries ask for. What does not exist, and tokens, are refused together; what can be read alone is no desired change. */
const desiredIn = Effect.fnUntraced(function* (
  { value: { entitlements }, lineOf }: YamlFile<DesiredState>,
  path: string,
  context: SourceContext,
) {
  const { resourceTypes, provisioning } = context.connector
  if (provisioning === undefined) return yield* refuse(context.modules, cannotChange(context.connector), provisions)
  const types = resourceTypes.map(({ id }) => id)
  const desiredChanges: Array<DesiredChange> = []
  const unchangeable: Array<DesiredState["entitlements"][number]> = []
  const problems: Array<string> = []
  for (const [at, entry] of entitlements.entries()) {
    const { id, members, removals = [] } = entry
    const entitlement = parseEntitlementId(id)
    if (entitlement === undefined) continue
    const problem = (key: string, what: string) =>
      void problems.push(`line ${lineOf(["entitlements", at, key])}: ${what}`)
    const { resourceType } = entitlement.resource
    const tokens = [...members, ...removals].filter((text) => hideTokens(text) !== text)
    if (tokens.length > 0) problem("members", `A token stands among the members of ${id}.`)
    if (types.includes(resourceType) && provisioning.slugs[resourceType] === undefined) {
      unchangeable.push(entry)
      continue
    }
    const refusal = notGrantable(provisioning, entitlement)
    if (refusal !== undefined) problem("id", refusal.message)
    desiredChanges.push(...desiredChangesOf(entry, (text) => parsePrincipal(text, provisioning.principalTypes, types)))
  }
  return problems.length === 0
    ? { desiredChanges, unchangeable }
    : yield* linesError(path, problems, "Nothing was planned.")
})

const oneStandardInput = new UsageError({
  message: "The standard input is named for more than one list.",
  hint: "Name a file for the others.",
})

const bothOfAction = new UsageError({
  message: "--action and --accounts must be given together: what to run, and for whom.",
  hint: "Add the other one. `rollcall actions list` has the actions.",
})

const changesIn = Effect.fnUntraced(function* (intent: "grant" | "revoke", path: string, context: SourceContext) {
  const { connector, modules, file } = context
  const { resourceTypes, provisioning } = connector
  const asked = yield* resolveNames(yield* readList(path), file)
  if (provisioning === undefined) return yield* refuse(modules, cannotChange(connector), provisions)
  const changes = yield* readChanges(asked, { resourceTypes, provisioning })
  return toDesiredChanges(intent, changes)
})

const runsIn = Effect.fnUntraced(function* (name: string, path: string, { connector, modules }: SourceContext) {
  const can = ({ actions = [] }: { readonly actions?: ReadonlyArray<ActionDeclaration> | undefined }) =>
    actions.some((action) => action.name === name)
  const declared = connector.actions ?? []
  const action = declared.find((candidate) => candidate.name === name)
  if (action === undefined) {
    const isKnown = modules.all.some(can)
    if (isKnown) return yield* refuse(modules, cannot(connector, `run ${name}`), can)
    return yield* new UsageError({
      message: `There is no action ${name}.`,
      hint: `${suggestion(
        name,
        declared.map((it) => it.name),
      )}\`rollcall actions list\` has the actions.`,
    })
  }
  const { all, reasons } = yield* askedRuns(action, {}, path)
  const texts = all.flatMap((values) => Object.values(values)).filter((value) => typeof value === "string")
  if (texts.some((text) => hideTokens(text) !== text)) return yield* tokenInList
  return desiredRuns(connector, { action, all, reasons })
})

const tokenInList = new UsageError({
  message: "An id was expected, but the list holds a token. Nothing was begun.",
  hint: "Take it out, revoke it in Slack, and make a new one.",
})
