// A system of clubs with members, in memory, for tests of changes: it can refuse, lose replies, and go away on request.
import { Effect } from "effect"
import type {
  AuditEntry,
  Change,
  Connector,
  ConnectorReasonTag,
  EntitlementReference,
  ResourceId,
} from "../../src/index.ts"
import { AuditLog, ConnectorError, entitlementId, StoreError } from "../../src/index.ts"
import { reasonOf } from "../tinyConnector.ts"

const person = (resource: string): ResourceId => ({ resourceType: "person", resource })

export const membershipOf = (club: string): EntitlementReference => {
  const resource = { resourceType: "club", resource: club }
  return { id: entitlementId(resource, "member"), resource, slug: "member" }
}

export const change = (club: string, who: string): Change => ({
  entitlement: membershipOf(club),
  principal: person(who),
})

export const failure = (
  tag: ConnectorReasonTag,
  { uncertain, ofOne = false }: { readonly uncertain?: boolean; readonly ofOne?: boolean } = {},
) =>
  new ConnectorError({
    reason: ofOne ? { _tag: "Unavailable", scope: "object" } : reasonOf(tag),
    message: `It answered ${tag}.`,
    hint: "Mend it.",
    uncertain,
  })

/** How a write of one person goes wrong: before it takes effect, or after. */
export type Mishap = "refused" | "lostReply" | "lostRequest" | "away" | "ignored" | "serverFailed" | "locked"

export interface ClubOptions {
  readonly clubs: Readonly<Record<string, ReadonlyArray<string>>>
  /** What happens to the writes about a person, in order; a write without one goes well. */
  readonly mishaps?: Readonly<Record<string, ReadonlyArray<Mishap>>>
  /** What else happens to the club when a write about a person arrives, before it is answered. */
  readonly meanwhile?: Readonly<Record<string, (members: Set<string>) => void>>
  /** Whether an answer says who is a member now; `late` answers show how it was before the write. */
  readonly answersWithMembers?: boolean | "late"
  /** Reads that go well before the system is away. */
  readonly readsUntilAway?: number
  /** Clubs about which the server fails when it is asked who is a member. */
  readonly broken?: ReadonlyArray<string>
}

/** A fresh system, its connector, and the list of the calls that it got. */
export const clubs = ({
  clubs: given,
  mishaps = {},
  meanwhile = {},
  answersWithMembers = false,
  readsUntilAway = 99,
  broken = [],
}: ClubOptions) => {
  const members = new Map(Object.entries(given).map(([club, people]) => [club, new Set(people)]))
  const left = new Map(Object.entries(mishaps).map(([who, list]) => [who, [...list]]))
  const calls: Array<string> = []
  let reads = 0

  const holdersOf = (club: string) => [...(members.get(club) ?? [])].map(person)
  const write = (verb: "grant" | "revoke") => (entitlement: EntitlementReference, principal: ResourceId) =>
    Effect.suspend(() => {
      const club = entitlement.resource.resource
      const who = principal.resource
      calls.push(`${verb} ${club} ${who}`)
      const mishap = left.get(who)?.shift()
      if (mishap === "refused") return Effect.fail(failure("Refused"))
      if (mishap === "away") return Effect.fail(failure("Unavailable"))
      if (mishap === "locked") return Effect.fail(failure("Locked"))
      if (mishap === "serverFailed") return Effect.fail(failure("Unavailable", { ofOne: true }))
      const before = holdersOf(club)
      const others = members.get(club)
      if (others !== undefined) meanwhile[who]?.(others)
      if (mishap === "lostRequest") return Effect.fail(failure("Unavailable", { uncertain: true }))
      if (mishap !== "ignored") {
        if (verb === "grant") members.get(club)?.add(who)
        else members.get(club)?.delete(who)
      }
      if (mishap === "lostReply") return Effect.fail(failure("Unavailable", { uncertain: true }))
      if (answersWithMembers === "late") return Effect.succeed({ holders: before })
      return Effect.succeed(answersWithMembers ? { holders: holdersOf(club) } : {})
    })

  const connector: Connector = {
    id: "clubs",
    displayName: "Clubs",
    resourceTypes: [
      { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
      { id: "club", displayName: "Club", traits: ["group"], capabilities: ["sync", "provision"], permissions: [] },
    ],
    steps: [],
    identify: Effect.succeed({ id: "T1", displayName: "Town", actor: "mayor" }),
    provisioning: {
      principalTypes: ["person"],
      slugs: { club: ["member"] },
      principalIds: /^[a-z]+\d*$/,
      holders: ({ resource }) =>
        Effect.suspend(() => {
          calls.push(`read ${resource.resource}`)
          reads += 1
          if (reads > readsUntilAway) return Effect.fail(failure("Unavailable"))
          if (broken.includes(resource.resource)) return Effect.fail(failure("Unavailable", { ofOne: true }))
          return members.has(resource.resource)
            ? Effect.succeed(holdersOf(resource.resource))
            : Effect.fail(failure("NotFound"))
        }),
      grant: write("grant"),
      revoke: write("revoke"),
      findPrincipals: (names) => Effect.succeed(new Map(names.map((name) => [name, person(name)]))),
    },
  }
  return { connector, calls, membersOf: (club: string) => [...(members.get(club) ?? [])] }
}

/** What was appended, and the log to append to. */
export interface MemoryAuditLog {
  readonly entries: ReadonlyArray<AuditEntry>
  readonly service: AuditLog["Service"]
}

/** An audit log in memory; it can be full after a number of entries. */
export const auditLog = (room = Number.POSITIVE_INFINITY): MemoryAuditLog => {
  const entries: Array<AuditEntry> = []
  const append = (entry: AuditEntry) =>
    Effect.suspend(() => {
      if (entries.length >= room) {
        return Effect.fail(new StoreError({ reason: "DiskFull", message: "The disk is full.", hint: "Make room." }))
      }
      entries.push(entry)
      return Effect.void
    })
  return { entries, service: AuditLog.of({ append }) }
}
