// Who holds what through what: what a resource holds, and who holds something on it.
import type { ListedAccess, ListedGrant, UnknownName } from "@rollcall/access"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { FormField, PagePart } from "../pageData.ts"
import { accountFilters, fieldOf, leftOut, narrowingOf, searchField } from "./accountFilters.ts"
import type { Explored } from "./Explored.ts"
import { idIn, idParameters, resourceLink } from "./links.ts"
import { cellsOf, headsOf, nameOf, pagingOf } from "./resourceTable.ts"

/** Grants of one member that are looked through. */
const most = 200

/** A list of members that is short enough to be read needs no form. */
const readAtOnce = 20

/** What a resource holds, a page at a time. */
export const holdsPart = Effect.fnUntraced(function* (
  explored: Explored,
  id: ResourceId,
  query: URLSearchParams,
  isAccount: boolean,
): Effect.fn.Return<ReadonlyArray<PagePart>, StoreError | UnknownName> {
  const page = yield* explored.access.accessPage(id, { after: idIn(query, "holds-after-") })
  if (!isAccount && page.records.length === 0 && idIn(query, "holds-after-") === undefined) return []
  return [
    {
      id: "holds",
      heading: isAccount ? "What they hold, and through what" : "What it holds, and through what",
      table: {
        caption: "Holds",
        columns: [
          { title: "Resource" },
          { title: "Type" },
          { title: "Permissions, and through what" },
          { title: "ID", kind: "id" },
        ],
        rows: page.records.map((held) => [
          { text: nameOf(held.resource), link: resourceLink(held.resource.id) },
          held.resourceType.displayName || held.resourceType.id,
          permissionsOf(explored, held),
          held.resource.id.resource,
        ]),
        ...pagingOf("resource", page, query, "holds-after-"),
      },
    },
  ]
})

type Permission = ListedAccess["entitlements"][number]

/** `member (direct, through Web)`, `admin (direct; privileged)`. */
const permissionsOf = ({ access }: Explored, { entitlements }: ListedAccess): string =>
  entitlements.map((entitlement) => permissionOf(entitlement, access.meanings.isPrivileged(entitlement.id))).join(", ")

const permissionOf = (
  { slug, displayName, id, reason, throughNames }: Omit<Permission, "facts">,
  isPrivileged: boolean,
): string => {
  const ways = [
    ...(reason.direct ? ["direct"] : []),
    ...[...new Set(throughNames)].map((name) => `through ${name}`),
    ...(reason.stored ? [] : ["inherited"]),
    ...(isPrivileged ? ["privileged"] : []),
  ]
  return `${slug || displayName || id}${ways.length === 0 ? "" : ` (${ways.join(", ")})`}`
}

/** Who holds something on a resource, a page at a time. */
export const membersPart = Effect.fnUntraced(function* (
  explored: Explored,
  id: ResourceId,
  query: URLSearchParams,
): Effect.fn.Return<ReadonlyArray<PagePart>, StoreError | UnknownName> {
  const { access } = explored
  const isAccount = access.accountTypes.has(id.resourceType)
  const facets = yield* access.pageCounts(id)
  const all = facets.reduce((sum, { count }) => sum + count, 0)
  if (isAccount && all === 0) return []
  const filters = all > readAtOnce ? accountFilters(access, facets, query) : []
  const narrowed = all > readAtOnce ? narrowingOf(query, filters) : {}
  const page = yield* access.page({ ...narrowed, holdersOf: id, after: idIn(query, "after") })
  const rows = yield* Effect.forEach(page.records, (member) =>
    Effect.map(
      Stream.runCollect(Stream.take(access.grants({ resource: id, principal: member.id }), most)),
      (grants) => {
        const [name = "", ...rest] = cellsOf(member, memberKeys)
        return [name, grants.map((grant) => whyOf(explored, grant)).join(", "), ...rest]
      },
    ),
  )
  const [nameHead = { title: "Name" }, ...heads] = headsOf(memberKeys)
  return [
    {
      id: "members",
      heading: `Who holds it (${all.toLocaleString("en")})`,
      form:
        all > readAtOnce
          ? {
              label: "Which members",
              button: "Show",
              fields: [...hiddenId(id), searchField(query), ...filters.map(fieldOf)],
            }
          : undefined,
      paragraphs: [...explored.inheritedNotes, ...leftOut(facets, narrowed)],
      table: {
        caption: "Members",
        columns: [nameHead, { title: "Permissions, and through what" }, ...heads],
        rows,
        ...pagingOf("resource", page, query, "after"),
      },
    },
  ]
})

const memberKeys: ReadonlyArray<string> = ["email", "status", "kind", "id"]

const whyOf = ({ access }: Explored, { entitlement, reason, throughNames }: ListedGrant): string =>
  permissionOf({ ...entitlement, reason, throughNames }, access.meanings.isPrivileged(entitlement.id))

/** Fields that keep a resource in the query of a form. */
const hiddenId = (id: ResourceId): ReadonlyArray<FormField> =>
  Object.entries(idParameters(id)).map(([name, value]) => ({ kind: "hidden", name, value }))
