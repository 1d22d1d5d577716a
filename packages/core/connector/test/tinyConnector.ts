// A connector of a few scripted pages, for tests of the engine: each step's pages are given as data.
import { Effect } from "effect"
import type { Connector, ConnectorReason, ConnectorReasonTag, Page, Resource, Step } from "../src/index.ts"
import { ConnectorError, entitlementId, grantOf } from "../src/index.ts"

export const person = (resource: string) => ({ resourceType: "person", resource })
const team = (resource: string) => ({ resourceType: "team", resource })

export const personResource = (id: string, facts: Partial<Resource> = {}): Resource => ({ id: person(id), ...facts })
export const teamResource = (id: string): Resource => ({ id: team(id), displayName: id })

export const membership = (id: string) => ({
  id: entitlementId(team(id), "member"),
  resource: team(id),
  slug: "member",
  displayName: `${id} member`,
  description: `Member of ${id}`,
  purpose: "assignment" as const,
  grantableTo: ["person"],
})

export const isMember = (teamId: string, personId: string) => grantOf(team(teamId), "member", person(personId))

/** A step that gives these pages in order; the cursor is the number of the page. */
export const pagedStep = (id: string, pages: ReadonlyArray<Page>, extra: Partial<Step> = {}): Step => ({
  id,
  title: id,
  produces: ["person", "team"],
  scopes: [],
  page: ({ cursor }) => {
    const index = Number(cursor ?? 0)
    const isLast = index + 1 >= pages.length
    return Effect.succeed({ ...(isLast ? {} : { next: String(index + 1) }), ...pages[index] })
  },
  ...extra,
})

/** A reason by its name; a refusal lies in the settings, and a system that is away is away for all. */
export const reasonOf = (_tag: ConnectorReasonTag): ConnectorReason => {
  if (_tag === "Refused") return { _tag, by: "settings" }
  return _tag === "Unavailable" ? { _tag, scope: "system" } : { _tag }
}

/** A step that fails, always. A refusal names a scope. */
export const failingStep = (id: string, tag: ConnectorReasonTag, extra: Partial<Step> = {}): Step => ({
  ...pagedStep(id, [{}], extra),
  page: () =>
    Effect.fail(
      new ConnectorError({
        reason: tag === "Refused" ? { _tag: tag, by: "scope", missingScopes: ["people:read"] } : reasonOf(tag),
        message: `${id} failed.`,
        hint: "Mend it.",
      }),
    ),
})

export const tinyConnector = (steps: ReadonlyArray<Step>, extra: Partial<Connector> = {}): Connector => ({
  id: "tiny",
  displayName: "Tiny",
  resourceTypes: [
    { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "team", displayName: "Team", traits: ["group"], capabilities: ["sync"], permissions: [] },
  ],
  identify: Effect.succeed({ id: "T1", displayName: "Tiny Inc." }),
  steps,
  ...extra,
})
