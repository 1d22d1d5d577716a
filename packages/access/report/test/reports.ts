// A report of a small system, with or without an earlier sync.
import { join } from "node:path"
import { workStoreLayer } from "@rollcall/c1z"
import type { EndOf } from "@rollcall/access"
import { compareSyncs, endsFrom, openAccess } from "@rollcall/access"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { World } from "@rollcall/test-kit/small-world"
import { known, syncWorld } from "@rollcall/test-kit/small-world"
import { Effect, Stream } from "effect"
import { reportOf } from "../src/index.ts"

/** What reports here say that they are made of. */
export const made = {
  file: "club.c1z",
  sha256: "0".repeat(64),
  bytes: 1,
  version: "1.2.3",
  madeAt: "2026-10-01T00:00:00.000Z",
}

/** How the file is read. */
interface Reading {
  readonly privileged?: ReadonlyArray<string>
  /** Whether the program knows what the entitlements of the connector mean. */
  readonly knowsConnector?: boolean
}

/** A file of a system, ready to be asked. */
export const accessTo = Effect.fnUntraced(function* (
  name: string,
  world: World,
  { privileged = [], knowsConnector = true }: Reading = {},
) {
  const path = join(yield* scratchFolder("report"), name)
  yield* syncWorld(workStoreLayer({ output: path }), world)
  return yield* openAccess(path, { privileged, meanings: knowsConnector ? known : [] })
})

/** The report of a system, and what changed since it was as in `before`. */
export const reportOfWorld = Effect.fnUntraced(function* (
  world: World,
  before?: World,
  reading?: Reading,
  endOf?: EndOf,
) {
  const earlier = before === undefined ? undefined : yield* accessTo("before.c1z", before, reading)
  const access = yield* accessTo("after.c1z", world, reading)
  return yield* reportOf(access, {
    made,
    endOf,
    since:
      earlier === undefined
        ? { none: "There is no earlier sync." }
        : { comparison: yield* compareSyncs(earlier, access), reader: earlier },
  })
})

/** All accounts of a report, by id. */
export const accountsOf = ({
  accounts,
}: {
  readonly accounts: Effect.Success<ReturnType<typeof reportOfWorld>>["accounts"]
}) => Effect.map(Stream.runCollect(accounts), (all) => new Map(all.map((account) => [account.id.resource, account])))

const ending = (team: string, user: string, endsAt: string, isOfC1: boolean) => ({
  entitlement: `team:${team}:member`,
  principal: { resourceType: "user", resource: user },
  endsAt,
  isOfC1,
})

/** What of the club ends. Who is not in a team holds nothing of it that could end. */
export const clubEnds: EndOf = endsFrom([
  { ...ending("web", "ada", "2026-12-02T18:00:30.000Z", false), by: "sam", reason: "stands in | <b>" },
  { ...ending("ops", "ada", "2026-12-01T18:00:00.000Z", true), by: "ConductorOne" },
  ending("web", "eve", "2026-12-03T00:00:00.000Z", false),
  ending("web", "gil", "2026-12-03T00:00:00.000Z", false),
])

/** Eleven people of every sort. */
export const club: World = {
  people: {
    ada: { roles: ["member", "owner"], teams: ["web", "ops"], mfa: true },
    ben: { roles: ["member"], teams: ["web"], mfa: false },
    cyd: { roles: ["guest"], teams: ["web"] },
    dan: { roles: ["wideGuest"] },
    eve: { roles: [], status: "disabled", teams: ["web", "ops"] },
    fay: { roles: [], status: "disabled" },
    gil: { roles: ["bot"] },
    hal: { roles: ["invited"], createdAt: "2026-01-01T00:00:00Z" },
    ivy: { roles: ["invited"] },
    jon: { roles: ["member"], email: undefined },
    kay: { roles: ["member", "owner"], mfa: false, teams: ["ops"] },
  },
  teams: { web: "Web", ops: "Ops", idle: "Idle" },
}
