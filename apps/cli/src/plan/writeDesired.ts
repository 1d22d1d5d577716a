// Writes the desired state as a sync shows it: who holds what can be granted. Ids stand for people, as an address may come to mean
// somebody else, with names and addresses in comments.
import type { AccessReader, ListedEntitlement, ListedGrant } from "@rollcall/access"
import { writeText } from "@rollcall/access/output"
import { escapeControls } from "@rollcall/access/render"
import type { EntitlementReference } from "@rollcall/connector"
import { formatResourceId, notGrantable } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { Effect, Stream } from "effect"
import { UsageError } from "../errors.ts"
import { errLines, Screen } from "../Screen.ts"
import { lentIn, lentNote } from "../leases/endsIn.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { grantFilter } from "../views/named.ts"
import { noteIncomplete, openView } from "../views/openView.ts"
import { writeNotes } from "../views/viewRequest.ts"

/** Which entitlements are meant: all that can be granted, or only this one, or those on this resource, by id or name. */
export interface ChosenThing {
  readonly entitlement: string | undefined
  readonly resource: string | undefined
}

/** What is written, and where. */
export interface WriteDesired extends ChosenThing {
  readonly settings: ViewSettings & { readonly leases: string | undefined }
  readonly modules: ModuleList
  /** The standard output where it is absent. */
  readonly out: string | undefined
  readonly force: boolean
  readonly quiet: boolean
  /** Files that it does not replace, besides that of the sync. */
  readonly records: ReadonlyArray<string>
}

/** Writes the file. Nothing is asked of the system. */
export const writeDesired = Effect.fn("Plan.init")(function* (request: WriteDesired) {
  const { settings, modules, out, force, quiet, records } = request
  const access = yield* openView({ settings, syncId: undefined, format: "table" })
  yield* noteIncomplete(access, "missing")
  const { chosen, doubtful } = yield* chosenEntitlements(access, modules, request)
  const lent = yield* lentIn(settings.leases, access.sync)
  const text = Stream.concat(
    Stream.make(headOf(access)),
    Stream.mapEffect(Stream.fromIterable(chosen), (it) =>
      Effect.map(Stream.runCollect(access.grants({ entitlement: it.id })), (grants) => {
        const lasting = grants.filter(({ principal }) => !lent.isLent(it.id, principal.id))
        return entryOf(it, lasting, doubtful.includes(it))
      }),
    ),
  )
  if (out === undefined) {
    const screen = yield* Screen
    yield* Stream.runForEach(text, screen.out)
  } else yield* writeText(out, { force, sources: [settings.file, ...records] }, text)
  if (doubtful.length > 0) {
    yield* writeNotes([
      `${doubtful.length} entitlements were not read whole by the sync, and are written as at-least: nobody loses them.`,
    ])
  }
  yield* writeNotes(lentNote(lent, "left out, as nobody is to make it lasting by this file").map((note) => `${note}.`))
  if (out !== undefined && !quiet) {
    yield* errLines([
      `Wrote ${out}: ${chosen.length} entitlements. \`rollcall plan --desired ${out}\` compares it with how things stand.`,
    ])
  }
}, Effect.scoped)

/** The entitlements of the sync that its connector can grant; `doubtful` are those that it did not read whole. */
export const chosenEntitlements = Effect.fnUntraced(function* (
  access: AccessReader,
  modules: ModuleList,
  { entitlement, resource }: ChosenThing,
) {
  if (entitlement !== undefined && resource !== undefined) return yield* oneOfBoth
  const thing = yield* grantFilter(access, { entitlement, resource })
  const grantable = yield* grantableIn(access, modules)
  const isAsked = (it: ListedEntitlement) => !("entitlement" in thing) || thing.entitlement === it.id
  const all = yield* Stream.runCollect(access.entitlements("resource" in thing ? thing : {}))
  const chosen = all.filter((it) => isAsked(it) && grantable(it))
  if (chosen.length === 0) return yield* nothingToWrite
  const partial = new Set(
    (yield* access.coverage).flatMap(({ state, resourceType }) => (state === "complete" ? [] : [resourceType])),
  )
  return { chosen, doubtful: chosen.filter((it) => partial.has(it.resource.id.resourceType)) }
})

const oneOfBoth = new UsageError({
  message: "Both --entitlement and --resource are given.",
  hint: "Leave one of them out.",
})

const nothingToWrite = new UsageError({
  message: "The sync has nothing of the kind that can be granted.",
  hint: "`rollcall entitlements` lists what it has, and `rollcall capabilities` what can be granted.",
})

/** Which entitlements the sync's connector can grant, as it says of itself. */
const grantableIn = Effect.fnUntraced(function* ({ sync }: AccessReader, { all }: ModuleList) {
  const module = all.find(({ id }) => id === sync?.source?.connector)
  if (module === undefined) return () => false
  const { provisioning, resourceTypes } = (yield* Effect.promise(module.load)).about
  if (provisioning === undefined) return () => false
  const types = new Set(
    resourceTypes.filter(({ capabilities }) => capabilities.includes("provision")).map(({ id }) => id),
  )
  return ({ id, slug, resource }: ListedEntitlement): boolean => {
    const reference: EntitlementReference = { id, slug, resource: resource.id }
    return types.has(resource.id.resourceType) && notGrantable(provisioning, reference) === undefined
  }
})

const headOf = ({ sync }: AccessReader): string =>
  [
    "# Who is to hold what, as the sync shows it:",
    `# ${comment(`${sync?.id ?? ""} of ${sync?.endedAt ?? ""}${sync?.source === undefined ? "" : `, ${sync.source.tenant.displayName} (${sync.source.tenant.id})`}`)}`,
    "# A member is an id or an e-mail address. `only`: everybody else loses it. `at-least`: nobody does.",
    "entitlements:",
    "",
  ].join("\n")

const entryOf = (
  { id, resource }: ListedEntitlement,
  grants: ReadonlyArray<ListedGrant>,
  isDoubtful: boolean,
): string => {
  const members = new Map(
    grants.filter(({ reason }) => reason.direct).map((grant) => [formatResourceId(grant.principal.id), grant] as const),
  )
  return [
    `  - id: ${JSON.stringify(id)}`,
    `    name: ${quoted(resource.displayName)}`,
    `    mode: ${isDoubtful ? "at-least # the sync did not read it whole" : "only"}`,
    ...(members.size === 0 ? ["    members: []", ...(isDoubtful ? [] : ["    allowEmpty: true"])] : ["    members:"]),
    ...[...members.values()].map((grant) => `      - ${JSON.stringify(grant.principal.id.resource)} # ${whoIs(grant)}`),
    "",
  ].join("\n")
}

const whoIs = ({ principal }: ListedGrant): string => {
  const [address] = principal.facts().account?.emails ?? []
  return comment(address === undefined ? principal.displayName : `${principal.displayName} <${address}>`)
}

/** A text that ends with its line and holds nothing that a terminal or YAML would act on. */
const comment = (text: string): string => escapeControls(text)

/** JSON is YAML; what JSON leaves as it is and YAML takes for a line break is written as an escape. */
const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[\u0085\u2028\u2029\ufeff]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
