// A town of clubs and people in memory, whose writes can be refused, for what the command makes of changes.
import type {
  Connector,
  ConnectorReason,
  ConnectorReasonTag,
  EntitlementReference,
  ResourceId,
} from "@rollcall/connector"
import { ConnectorError, formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"

const person = (resource: string): ResourceId => ({ resourceType: "person", resource })

/** What writes about these people meet. */
export type Mishaps = Readonly<Record<string, ConnectorError>>

const reasonOf = (_tag: ConnectorReasonTag): ConnectorReason => {
  if (_tag === "Refused") return { _tag, by: "settings" }
  return _tag === "Unavailable" ? { _tag, scope: "system" } : { _tag }
}

/** The failure of a mishap. */
export const failure = (tag: ConnectorReasonTag, uncertain = false) =>
  new ConnectorError({ reason: reasonOf(tag), message: `It answered ${tag}.`, hint: "Mend it.", uncertain })

/** A connector to clubs with these members, and what it was asked. */
export const clubs = (members: Readonly<Record<string, ReadonlyArray<string>>>, mishaps: Mishaps = {}) => {
  const now = new Map(Object.entries(members).map(([club, people]) => [club, new Set(people)]))
  const calls: Array<string> = []
  const membersOf = ({ resource }: EntitlementReference) =>
    Effect.suspend(() => {
      const people = now.get(resource.resource)
      calls.push(`read ${resource.resource}`)
      return people === undefined ? Effect.fail(failure("NotFound")) : Effect.succeed(people)
    })
  const write =
    (verb: "add" | "delete") =>
    (entitlement: EntitlementReference, { resource: who }: ResourceId) =>
      Effect.suspend(() => {
        calls.push(`${verb} ${entitlement.resource.resource} ${who}`)
        const mishap = mishaps[who]
        if (mishap !== undefined) return Effect.fail(mishap)
        now.get(entitlement.resource.resource)?.[verb](who)
        return Effect.succeed({})
      })
  const provisioning = {
    principalTypes: ["person"],
    slugs: { club: ["member"] },
    principalIds: /^[a-z]+\d*$/,
    holders: (entitlement: EntitlementReference) => Effect.map(membersOf(entitlement), (it) => [...it].map(person)),
    grant: write("add"),
    revoke: write("delete"),
    findPrincipals: (names: ReadonlyArray<string>) =>
      Effect.sync(() => {
        calls.push(`find ${names.join(" ")}`)
        const known = names.filter((name) => name.endsWith("@town.test") || !/@|^ghost|^typo/.test(name))
        return new Map(known.map((name) => [name, person(name.split("@")[0] ?? "")]))
      }),
  }
  const connector: Connector & { readonly provisioning: typeof provisioning } = {
    id: "clubs",
    displayName: "Clubs",
    resourceTypes: [
      { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
      { id: "club", displayName: "Club", traits: ["group"], capabilities: ["sync", "provision"], permissions: [] },
    ],
    steps: [],
    identify: Effect.succeed({ id: "T1", displayName: "Town", actor: "mayor" }),
    provisioning,
  }
  return { connector, calls, holds: (club: string) => [...(now.get(club) ?? [])] }
}

/** The change that these ids name. */
export const change = (club: string, who: string) => {
  const resource = { resourceType: "club", resource: club }
  return {
    entitlement: { id: `${formatResourceId(resource)}:member`, resource, slug: "member" },
    principal: person(who),
  }
}
