// The page of one resource: of a person what they hold, and through what; of a group, a role and the like who is in it, why, and
// what being in it opens.
import type { ListedEntitlement, ListedResource } from "@rollcall/access"
import { resourceListing, UnknownName } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Cell, ExplorerPage, PagePart } from "../pageData.ts"
import type { Explored } from "./Explored.ts"
import { framed, listPlaces } from "./Explored.ts"
import { holdsPart, membersPart } from "./heldParts.ts"
import { idIn, resourceLink } from "./links.ts"
import { nameOf } from "./resourceTable.ts"

/** Entitlements, and members of a profile, that are listed. */
const most = 200

/** The page of the resource that the query names. It fails with `UnknownName` where the sync knows none of the id. */
export const resourcePage = Effect.fnUntraced(function* (
  explored: Explored,
  query: URLSearchParams,
): Effect.fn.Return<ExplorerPage, StoreError | UnknownName> {
  const { access } = explored
  const id = idIn(query)
  if (id === undefined) return yield* unknown("No resource is named.")
  const resource = yield* access.resource(id)
  if (resource === undefined && !(yield* access.known.hasResource(id))) {
    return yield* unknown(`The sync shows no resource ${formatResourceId(id)}.`)
  }
  const isAccount = access.accountTypes.has(id.resourceType)
  const entitlements = yield* Stream.runCollect(Stream.take(access.entitlements({ resource: id }), most + 1))
  const holds = yield* holdsPart(explored, id, query, isAccount)
  const members = yield* membersPart(explored, id, query)
  const place = listPlaces.find((list) => explored.typesOf[list].some((type) => type.id === id.resourceType))
  const isListed = resource !== undefined
  return framed(explored, {
    title: isListed ? nameOf(resource) : formatResourceId(id),
    current: place,
    parts: [
      { id: "about", heading: "About", ...(isListed ? yield* aboutOf(explored, resource) : notListed) },
      ...(isAccount ? [...holds, ...members] : [...members, ...holds]),
      ...entitlementsParts(entitlements),
      ...(isListed ? profileParts(resource) : []),
    ],
  })
})

const unknown = (message: string) =>
  Effect.fail(new UnknownName({ message, hint: "Search for it, or begin with a list." }))

const notListed = { paragraphs: ["The sync does not list it: only grants name it, so nothing else is known of it."] }

const facts = new Map([...resourceListing("both").columns].map((column) => [column.key, column]))

/** What is known of a resource itself. What was not read of an account is called unknown. */
const aboutOf = Effect.fnUntraced(function* (
  { access }: Explored,
  resource: ListedResource,
): Effect.fn.Return<Pick<PagePart, "facts">, StoreError> {
  const { id, type, parent } = resource
  const { account, description } = resource.facts()
  const value = (key: string): string => facts.get(key)?.value(resource) ?? ""
  const ofAccount: ReadonlyArray<readonly [string, Cell]> = yield* accountFacts(access, resource)
  return {
    facts: [
      ...(description === undefined || description === "" ? [] : [["Description", description] as const]),
      ...ofAccount,
      ...(account?.emails ?? []).slice(1).map((email) => ["Other address", email] as const),
      ["Type", type.displayName || type.id],
      ...(parent === undefined ? [] : [["Part of", { text: nameOf(parent), link: resourceLink(parent.id) }] as const]),
      ["Created", value("created")],
      ["ID", id.resource],
    ],
  }
})

const accountFacts = Effect.fnUntraced(function* (
  access: Explored["access"],
  resource: ListedResource,
): Effect.fn.Return<ReadonlyArray<readonly [string, Cell]>, StoreError> {
  if (resource.account === undefined) return []
  const known = yield* access.attributes(resource)
  // As lists show it, with what the account holds.
  const listed: ListedResource = { ...resource, account: { attributes: () => known, roles: undefined } }
  const value = (key: string): string => facts.get(key)?.value(listed) ?? ""
  return [
    ["E-mail", value("email")],
    ["Status", value("status")],
    ["Kind", value("kind")],
    [
      "Admin",
      known.privileged.length > 0 ? "yes" : access.meanings.declarePrivileged ? adminUnless(known.kind) : "unknown",
    ],
    ["2FA", value("mfa")],
  ]
})

/** Who has no privileged entitlement is no admin, where roles were read. */
const adminUnless = (kind: unknown): string => (kind === undefined ? "unknown" : "no")

const profileParts = (resource: ListedResource): ReadonlyArray<PagePart> => {
  const entries = Object.entries(resource.facts().profile ?? {}).slice(0, most)
  if (entries.length === 0) return []
  return [
    { id: "profile", heading: "Profile", facts: entries.map(([name, value]) => [name, String(value ?? "-")] as const) },
  ]
}

const entitlementsParts = (entitlements: ReadonlyArray<ListedEntitlement>): ReadonlyArray<PagePart> => {
  if (entitlements.length === 0) return []
  const shown = entitlements.slice(0, most)
  return [
    {
      id: "entitlements",
      heading: "What can be held on it",
      table: {
        caption: "Entitlements",
        columns: [{ title: "Permission" }, { title: "Name" }, { title: "Description" }, { title: "ID", kind: "id" }],
        rows: shown.map((entitlement) => [
          entitlement.slug,
          entitlement.displayName,
          entitlement.facts().description ?? "",
          entitlement.id,
        ]),
        status:
          shown.length < entitlements.length
            ? `The first ${most}; \`rollcall entitlements\` lists all.`
            : `${shown.length} in all.`,
      },
    },
  ]
}
