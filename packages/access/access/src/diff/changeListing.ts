// How changes are listed: a line each in CSV and Markdown, and a flat record in JSON, in which every key is always there.
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "../render/renderListing.ts"
import type { Change, ChangedValue } from "./Change.ts"
import { sections } from "./Change.ts"

/** Changes. */
export const changeListing: Listing<Change> = {
  name: "changes",
  columns: [
    { title: "ID", value: ({ subject }) => formatResourceId(subject.id) },
    { title: "Section", value: ({ section }) => sections[section] },
    { title: "Change", value: ({ change }) => change },
    { title: "What", value: ({ what }) => what },
    { title: "Name", value: ({ subject }) => subject.name },
    { title: "E-mail", value: ({ subject }) => subject.email ?? "-" },
    { title: "Status", value: ({ subject }) => subject.status ?? "-" },
    // What has a status is an account, and each has a kind, known or not.
    { title: "Kind", value: ({ subject: { kind, status } }) => kind ?? (status === null ? "-" : "unknown") },
    { title: "Resource", value: ({ entitlement }) => entitlement?.resourceName ?? "-" },
    { title: "Permission", value: ({ entitlement }) => entitlement?.slug ?? "-" },
    { title: "Entitlement ID", value: ({ entitlement }) => entitlement?.id ?? "-" },
    { title: "Details", value: (change) => detailsOf(change).join("; ") || "-" },
  ],
  json: (change) => Effect.succeed(changeJson(change)),
}

/** A change as a flat object. Of what changed, both values; of the rest `null`. */
export const changeJson = ({
  section,
  change,
  what,
  subject,
  entitlement,
  values,
  lost,
  holds,
  held,
}: Change): object => ({
  section,
  change,
  what,
  resourceType: subject.id.resourceType,
  resource: subject.id.resource,
  name: subject.name,
  email: subject.email,
  status: subject.status,
  kind: subject.kind,
  entitlement: entitlement?.id ?? null,
  slug: entitlement?.slug ?? null,
  onResourceType: entitlement?.resource.resourceType ?? null,
  onResource: entitlement?.resource.resource ?? null,
  onName: entitlement?.resourceName ?? null,
  values,
  lost,
  holds,
  held,
})

/** How much changed: `No changes`, `1 change`, `2,000 changes`. */
export const changesText = ({ total }: { readonly total: number }): string =>
  total === 0 ? "No changes" : `${total.toLocaleString("en")} ${total === 1 ? "change" : "changes"}`

/** What there is to say of a change beyond whom it is about, in a few words each. */
export const detailsOf = ({ values, lost, holds, held }: Change): ReadonlyArray<string> => [
  ...values.map(valueText),
  ...(lost === 0 ? [] : [`${lost} ${lost === 1 ? "membership" : "memberships"} ended with it`]),
  ...(holds === 0
    ? []
    : [`still holds ${held.join(", ")}${holds > held.length ? ` and ${holds - held.length} more` : ""}`]),
]

const names: Readonly<Record<ChangedValue["attribute"], string>> = {
  name: "name",
  email: "e-mail",
  status: "status",
  kind: "kind",
  mfa: "2FA",
  holders: "holders",
}

const valueText = ({ attribute, before, after }: ChangedValue): string =>
  `${names[attribute]} ${shown(before)} → ${shown(after)}`

const shown = (value: ChangedValue["before"]): string => {
  if (value === null) return "none"
  if (typeof value === "boolean") return value ? "on" : "off"
  return String(value)
}
