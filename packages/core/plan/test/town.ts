// A town with people and clubs, in memory: a connector that plans are made and applied with, and the list of calls that it got.
import type { AuditEntry, Connector, EntitlementReference, FoundPrincipal, ResourceId } from "@rollcall/connector"
import { AuditLog, ConnectorError, entitlementId } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import type { JournalEntry, Lease, Reached, DesiredChange } from "../src/index.ts"
import { ChangeStore, journalledAuditLog, LeaseStore } from "../src/index.ts"

export const person = (resource: string): ResourceId => ({ resourceType: "person", resource })

export const membershipOf = (club: string): EntitlementReference => {
  const resource = { resourceType: "club", resource: club }
  return { id: entitlementId(resource, "member"), resource, slug: "member" }
}

export const grant = (club: string, who: string): DesiredChange => change("grant", club, who)
export const revoke = (club: string, who: string): DesiredChange => change("revoke", club, who)
const change = (intent: "grant" | "revoke", club: string, who: string): DesiredChange => ({
  _tag: "Change",
  intent,
  entitlement: membershipOf(club),
  principal: person(who),
})
export const only = (club: string, ...members: ReadonlyArray<string>): DesiredChange =>
  desiredMembers("only", club, members)
export const atLeast = (club: string, ...members: ReadonlyArray<string>): DesiredChange =>
  desiredMembers("at-least", club, members)
const desiredMembers = (mode: "only" | "at-least", club: string, members: ReadonlyArray<string>): DesiredChange => ({
  _tag: "Members",
  entitlement: membershipOf(club),
  mode,
  members: members.map(person),
})
export const disable = (who: string): DesiredChange => ({
  _tag: "Action",
  action: "disable",
  values: { account: who },
  principal: person(who),
})

/** What is known of a person besides the id, which is also the part of the address before the `@`, and the name in capitals. */
export type Account = Partial<
  Pick<FoundPrincipal, "isInactive" | "ineligible" | "privilege" | "aliases" | "displayName" | "address">
>

export interface TownOptions {
  readonly people: Readonly<Record<string, Account>>
  readonly clubs: Readonly<Record<string, ReadonlyArray<string>>>
  /** Clubs of which some members cannot be read. */
  readonly partial?: ReadonlyArray<string>
  /** Further ids of people, for who asks for those of one. */
  readonly aliases?: Readonly<Record<string, ReadonlyArray<string>>>
  /** What happens to a write about a person, which then has no effect; `sweeps`: it has, and everybody else loses the same. */
  readonly mishaps?: Record<string, "refused" | "ignored" | "away" | "gone" | "sweeps">
}

/** A fresh town. */
export const town = ({ people, clubs, mishaps = {}, partial = [], aliases }: TownOptions) => {
  const accounts = new Map(Object.entries(people).map(([id, account]) => [id, { ...account }]))
  const members = new Map(Object.entries(clubs).map(([club, list]) => [club, new Set(list)]))
  const calls: Array<string> = []
  /** What clubs are called that have another name than their own. */
  const renamed = new Map<string, string>()
  const failure = (tag: "Refused" | "Unavailable" | "NotFound", uncertain = false) =>
    new ConnectorError({
      reason:
        tag === "Refused"
          ? { _tag: tag, by: "settings" }
          : tag === "NotFound"
            ? { _tag: tag }
            : { _tag: tag, scope: "system" },
      message: `It answered ${tag}.`,
      hint: "Mend it.",
      uncertain,
    })
  const write =
    (verb: "grant" | "revoke") =>
    (entitlement: EntitlementReference, { resource: who }: ResourceId) =>
      Effect.suspend(() => {
        const club = entitlement.resource.resource
        calls.push(`${verb} ${club} ${who}`)
        if (mishaps[who] === "refused") return Effect.fail(failure("Refused"))
        if (mishaps[who] === "gone") return Effect.fail(failure("NotFound"))
        if (mishaps[who] === "away") return Effect.fail(failure("Unavailable"))
        if (mishaps[who] === "ignored") return Effect.succeed({})
        if (mishaps[who] === "sweeps") members.get(club)?.clear()
        if (verb === "grant") members.get(club)?.add(who)
        else members.get(club)?.delete(who)
        return Effect.succeed({})
      })
  const found = (name: string): FoundPrincipal | undefined => {
    const id = name.split("@", 1)[0] ?? ""
    const account = accounts.get(id)
    return account && { ...person(id), displayName: id.toUpperCase(), address: `${id}@town.example`, ...account }
  }
  const connector: Connector = {
    id: "town",
    displayName: "Town",
    resourceTypes: [
      { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
      { id: "club", displayName: "Club", traits: ["group"], capabilities: ["sync", "provision"], permissions: [] },
    ],
    steps: [],
    identify: Effect.succeed({ id: "T1", displayName: "Town Hall", actor: "mayor" }),
    provisioning: {
      principalTypes: ["person"],
      slugs: { club: ["member"] },
      holders: ({ resource }) =>
        Effect.suspend(() => {
          calls.push(`read ${resource.resource}`)
          const club = members.get(resource.resource)
          return club === undefined
            ? Effect.fail(failure("NotFound"))
            : Effect.succeed({
                holders: [...club].map(person),
                resourceName: renamed.get(resource.resource) ?? `Club ${resource.resource}`,
                ...(partial.includes(resource.resource) ? { isPartial: true as const } : {}),
              })
        }),
      privileged: Effect.sync(() => {
        calls.push("find privileged")
        return [...accounts].flatMap(([id, { privilege, isInactive }]) =>
          privilege !== undefined && isInactive !== true ? [person(id)] : [],
        )
      }),
      ...(aliases === undefined
        ? {}
        : { aliasesOf: ({ resource }: ResourceId) => Effect.succeed(aliases[resource] ?? []) }),
      grant: write("grant"),
      revoke: write("revoke"),
      findPrincipals: (names) =>
        Effect.sync(() => {
          calls.push(`find ${names.length}`)
          return new Map(
            names.flatMap((name) => (found(name) === undefined ? [] : [[name, found(name) ?? person(name)]])),
          )
        }),
    },
    actions: [
      {
        name: "disable",
        displayName: "Disable",
        description: "Disables an account",
        kind: "accountDisable",
        arguments: [{ name: "account", displayName: "Account", description: "Whose", type: "text", isPrincipal: true }],
        returns: [],
        isDone: ({ account }) => Effect.sync(() => accounts.get(String(account))?.isInactive === true),
        run: ({ account }) =>
          Effect.sync(() => {
            calls.push(`disable ${String(account)}`)
            accounts.set(String(account), { ...accounts.get(String(account)), isInactive: true })
          }),
        takesAccess: { from: ({ account }) => String(account), ownIds: () => Effect.succeed([]) },
        result: () => ({}),
      },
    ],
  }
  return {
    connector,
    calls,
    members,
    accounts,
    mishaps,
    renamed,
    membersOf: (club: string) => [...(members.get(club) ?? [])],
  }
}

/** Stores in memory: what was told to the audit log, and the journal that follows from it. */
export const memoryStores = () => {
  const entries: Array<AuditEntry> = []
  const latest = new Map<string, AuditEntry>()
  const store = ChangeStore.of({
    append: (entry) => Effect.sync(() => void latest.set(entry.requestId, entry)),
    countSince: (_, since) =>
      Effect.sync(() => {
        const made = [...latest.values()].filter(
          ({ time, outcome }) => Date.parse(time) >= since && outcome !== "failed",
        )
        return made.map(({ intent, target }) => ({ intent, entitlement: target["entitlement"], count: 1 }))
      }),
    ofPlan: (planId) =>
      Effect.sync((): ReadonlyArray<JournalEntry> => [...latest.values()].filter((entry) => entry.planId === planId)),
    countAlone: (_, work) => work,
    alone: (_tenant, _what, work) => work,
  })
  const log = AuditLog.of({ append: (entry) => Effect.sync(() => void entries.push(entry)) })
  const layer = journalledAuditLog.pipe(
    Layer.provideMerge(Layer.mergeAll(Layer.succeed(ChangeStore, store), Layer.succeed(AuditLog, log))),
  )
  return { entries, layer }
}

/** Thrown in the place of a kill. */
class Killed extends Error {}

/** Leases and an audit log in memory; everything dies at the write with this number, before it is made or just after. */
export const memoryLeases = () => {
  const leases = new Map<string, Lease>()
  const entries: Array<AuditEntry> = []
  let left = Number.POSITIVE_INFINITY
  const written = (write: () => void) =>
    Effect.suspend(() => {
      if (left <= 0) return Effect.die(new Killed())
      left -= 1
      write()
      return left === 0 ? Effect.die(new Killed()) : Effect.void
    })
  const open = () =>
    [...leases.values()].filter(({ state }) => state !== "ended").toSorted((a, b) => (a.endsAt < b.endsAt ? -1 : 1))
  const beats = new Map<string, number>()
  let reached: Reached | undefined
  const store = LeaseStore.of({
    put: (lease) => written(() => void leases.set(lease.id, lease)),
    openOf: ({ tenant, entitlement, principal }) =>
      Effect.sync(() =>
        open().find(
          (lease) =>
            lease.tenant === tenant &&
            lease.entitlement.id === entitlement.id &&
            lease.principal.resource === principal.resource,
        ),
      ),
    open: (tenant) => Effect.sync(() => open().filter((lease) => tenant === undefined || lease.tenant === tenant)),
    all: Effect.sync(() => [...leases.values()]),
    alone: (_, work) => work,
    beat: (tenant, now) => Effect.sync(() => void beats.set(tenant, now)),
    lastBeat: (tenant) => Effect.sync(() => beats.get(tenant)),
    reached: (told) => Effect.sync(() => void (reached = told)),
    lastReached: Effect.sync(() => reached),
  })
  const log = AuditLog.of({
    append: (entry) => written(() => void entries.push(entry)),
    has: (requestId) => Effect.sync(() => entries.some((entry) => entry.requestId === requestId)),
  })
  return {
    entries,
    all: () => [...leases.values()],
    dieAfter: (writes: number) => void (left = writes),
    layer: Layer.mergeAll(Layer.succeed(LeaseStore, store), Layer.succeed(AuditLog, log)),
  }
}
