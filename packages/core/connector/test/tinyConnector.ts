// A connector of a few scripted pages, for tests of the engine: each step's pages are given as data.
import { Effect } from "effect"
import type { Connector, Page, Resource, Step } from "../src/index.ts"
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

/** A step that fails, always. */
export const failingStep = (id: string, reason: ConnectorError["reason"], extra: Partial<Step> = {}): Step => ({
  ...pagedStep(id, [{}], extra),
  page: () =>
    Effect.fail(
      new ConnectorError({ reason, message: `${id} failed.`, hint: "Mend it.", missingScopes: ["people:read"] }),
    ),
})

export const tinyConnector = (steps: ReadonlyArray<Step>, extra: Partial<Connector> = {}): Connector => ({
  id: "tiny",
  displayName: "Tiny",
  fields: [],
  resourceTypes: [
    { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "team", displayName: "Team", traits: ["group"], capabilities: ["sync"], permissions: [] },
  ],
  identify: Effect.succeed({ id: "T1", displayName: "Tiny Inc." }),
  steps,
  ...extra,
})
