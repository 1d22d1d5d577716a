import { assert, describe, it } from "@effect/vitest"
import { toResourceId } from "@rollcall/c1-protocol"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { ResourceView } from "../../src/index.ts"
import { accessViewToJson, C1zFile } from "../../src/index.ts"
import type { Rows } from "./forge.ts"
import { c1z, file } from "./forge.ts"

const open = (fill: (rows: Rows) => void) => Effect.flatMap(file(c1z(fill)), (path) => C1zFile.open(path))

const reader = (fill: (rows: Rows) => void) => Effect.flatMap(open(fill), (opened) => opened.sync())

const user = (resource: string): ResourceId => ({ resourceType: "user", resource })

const idsOf = (views: Stream.Stream<ResourceView, StoreError>) =>
  Effect.map(Stream.runCollect(views), (all) => all.map(({ resource }) => formatResourceId(toResourceId(resource.id))))

describe("which sync is read", () => {
  const chosen = (fill: (rows: Rows) => void, id?: string) =>
    open(fill).pipe(
      Effect.flatMap((opened) => opened.sync(id)),
      Effect.map((found) => found.sync?.id),
      Effect.scoped,
    )

  it.effect("MUST be the one that was published last, whatever the clock said when it was", () =>
    Effect.gen(function* () {
      const id = yield* chosen((rows) => {
        rows.sync("first", { startedAt: "2026-03-01 00:00:00", endedAt: "2026-03-01 00:00:09.5" })
        rows.sync("last", { startedAt: "2026-01-01 00:00:00", endedAt: "2026-01-01 00:00:09" })
        rows.sync("unfinished", { startedAt: "2026-04-01 00:00:00" })
      })
      assert.strictEqual(id, "last")
    }),
  )

  for (const type of ["partial", "resources_only", "partial_upserts"]) {
    it.effect(`MUST NOT be a narrower one where there is a full one: ${type}`, () =>
      Effect.gen(function* () {
        const full = yield* chosen((rows) => {
          rows.sync("full", { endedAt: "2026-01-01 00:00:09" })
          rows.sync("narrowed", { endedAt: "2026-02-01 00:00:09", type })
        })
        const only = yield* chosen((rows) => {
          rows.sync("unfinished", { startedAt: "2026-04-01 00:00:00" })
          rows.sync("narrowed", { endedAt: "2026-02-01 00:00:09", type })
        })
        assert.deepStrictEqual([full, only], ["full", "narrowed"])
      }),
    )
  }

  it.effect("MUST be the latest begun where none is finished", () =>
    Effect.gen(function* () {
      const id = yield* chosen((rows) => {
        rows.sync("later", { startedAt: "2026-03-01 00:00:00" })
        rows.sync("earlier", { startedAt: "2026-01-01 00:00:00" })
      })
      assert.strictEqual(id, "later")
    }),
  )

  it.effect("MUST be the one that was asked for", () =>
    Effect.gen(function* () {
      const id = yield* chosen((rows) => {
        rows.sync("wanted")
        rows.sync("finished", { endedAt: "2026-01-01 00:00:09" })
      }, "wanted")
      assert.strictEqual(id, "wanted")
    }),
  )

  it.effect("MUST fail with NotFound where the one asked for is not there", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(chosen((rows) => rows.sync("one"), "another"))
      assert.deepInclude(failure, { reason: "NotFound", kind: "configuration" })
    }),
  )

  it.effect("MUST be the only one whose records are shown", () =>
    Effect.gen(function* () {
      const found = yield* reader((rows) => {
        rows.sync("old", { endedAt: "2026-01-01 00:00:00" })
        rows.resource("user", "gone")
        rows.sync("new", { endedAt: "2026-02-01 00:00:00" })
        rows.resource("user", "here")
      })
      assert.deepEqual(yield* idsOf(found.resources()), ["user:here"])
      assert.deepEqual((yield* found.counts).resources, { user: 1 })
      assert.isUndefined(yield* found.resource(user("gone")))
    }).pipe(Effect.scoped),
  )
})

describe("an empty store", () => {
  it.effect.each([
    ["a file without bytes", Buffer.alloc(0)],
    ["a file without syncs", c1z(() => {})],
  ] as const)("MUST answer every question with nothing: %s", ([, content]) =>
    Effect.gen(function* () {
      const opened = yield* C1zFile.open(yield* file(content))
      const empty = yield* opened.sync()
      assert.isUndefined(empty.sync)
      assert.deepEqual(yield* Stream.runCollect(opened.syncs), [])
      assert.deepEqual(yield* Stream.runCollect(empty.resourceTypes), [])
      assert.deepEqual(yield* Stream.runCollect(empty.grants()), [])
      assert.deepEqual(yield* Stream.runCollect(empty.principals({ entitlement: "e" })), [])
      assert.deepEqual(yield* Stream.runCollect(empty.access(user("U1"))), [])
      assert.deepEqual(yield* empty.counts, { resources: {}, entitlements: {}, grants: {} })
      assert.deepEqual(yield* empty.coverage, [])
    }).pipe(Effect.scoped),
  )
})

describe("questions about one sync", () => {
  const world = (rows: Rows): void => {
    rows.sync("sync1")
    rows.resourceType("user", "User")
    rows.resourceType("group", "Group")
    rows.resource("user", "U1", { resourceType: "workspace", resource: "T1" })
    rows.resource("user", "U2")
    rows.resource("group", "G1")
    rows.resource("group", "G2")
    rows.entitlement("group", "G1", "member")
    rows.entitlement("group", "G1", "owner")
    rows.entitlement("group", "G2", "member")
    rows.grant("group", "G1", "member", "U2")
    rows.grant("group", "G2", "member", "U1")
    rows.grant("group", "G1", "member", "U1")
    rows.grant("group", "G1", "owner", "U2")
    rows.grant("group", "G1", "member", "ghost")
    rows.grant("role", "R1", "assigned", "U1")
  }

  const grantIds = (filter: Parameters<typeof grantsOf>[1]) =>
    Effect.gen(function* () {
      return yield* grantsOf(yield* reader(world), filter)
    }).pipe(Effect.scoped)

  const grantsOf = (
    found: Effect.Success<ReturnType<typeof reader>>,
    filter?: { resourceType?: string; resource?: ResourceId; entitlement?: string },
  ) => Effect.map(Stream.runCollect(found.grants(filter)), (views) => views.map((view) => view.grant.id))

  it.effect.each([
    [
      "all",
      {},
      ["G1:member:user:U2", "G2:member:user:U1", "G1:member:user:U1", "G1:owner:user:U2", "G1:member:user:ghost", "R1"],
    ],
    ["by type", { resourceType: "role" }, ["R1"]],
    ["by resource", { resource: { resourceType: "group", resource: "G2" } }, ["G2:member:user:U1"]],
    ["by entitlement", { entitlement: "group:G1:owner" }, ["G1:owner:user:U2"]],
  ] as const)("MUST show grants in the order in which they were stored: %s", ([, filter, expected]) =>
    Effect.gen(function* () {
      const ids = expected.map((id) => (id === "R1" ? "role:R1:assigned:user:U1" : `group:${id}`))
      assert.deepEqual(yield* grantIds(filter), ids)
    }),
  )

  it.effect("MUST show resources and entitlements of one type", () =>
    Effect.gen(function* () {
      const found = yield* reader(world)
      assert.deepEqual(yield* idsOf(found.resources({ resourceType: "group" })), ["group:G1", "group:G2"])
      assert.lengthOf(yield* Stream.runCollect(found.entitlements({ resourceType: "group" })), 3)
      assert.lengthOf(yield* Stream.runCollect(found.entitlements({ resourceType: "user" })), 0)
    }).pipe(Effect.scoped),
  )

  it.effect("MUST show each principal once, in the order of their first grants", () =>
    Effect.gen(function* () {
      const found = yield* reader(world)
      const group = { resourceType: "group", resource: "G1" }
      assert.deepEqual(yield* idsOf(found.principals({ resource: group })), ["user:U2", "user:U1", "user:ghost"])
      assert.deepEqual(yield* idsOf(found.principals({ entitlement: "group:G1:owner" })), ["user:U2"])
    }).pipe(Effect.scoped),
  )

  it.effect("MUST show all that a principal holds, by resource", () =>
    Effect.gen(function* () {
      const found = yield* reader(world)
      const access = yield* Stream.runCollect(found.access(user("U2")))
      assert.deepEqual(
        access.map((view) => [view.resource.displayName, view.held.map(({ entitlement }) => entitlement.slug)]),
        [["name of G1", ["member", "owner"]]],
      )
      assert.deepEqual(
        access.map((held) => Object.keys(accessViewToJson(held))),
        [["resourceType", "resource", "entitlements"]],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("MUST show each grant once where the file lists who holds it twice", () =>
    Effect.gen(function* () {
      const found = yield* reader((rows) => {
        rows.sync("s1")
        for (const id of ["U1", "U1", "U2"]) rows.resource("user", id)
        for (const id of ["U1", "U2"]) rows.grant("group", "G1", "member", id)
      })
      const views = yield* Stream.runCollect(found.grants())
      assert.deepStrictEqual(
        views.map(({ holder }) => holder.displayName),
        ["name of U1", "name of U2"],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("MUST name what the file lacks instead of leaving it out", () =>
    Effect.gen(function* () {
      const found = yield* reader(world)
      const [ghost] = yield* Stream.runCollect(Stream.drop(found.grants({ entitlement: "group:G1:member" }), 2))
      assert.strictEqual(ghost?.principal.displayName, "MISSING RESOURCE (user:ghost)")
      const [role] = yield* Stream.runCollect(found.grants({ resourceType: "role" }))
      assert.strictEqual(role?.thing.entitlement.displayName, "MISSING ENTITLEMENT (role:R1:assigned)")
      assert.strictEqual(role?.thing.resource.displayName, "MISSING RESOURCE (role:R1)")
      assert.strictEqual(role?.thing.resourceType.displayName, "MISSING RESOURCE TYPE (role)")
      const first = yield* found.resource(user("U1"))
      assert.strictEqual(first?.parent?.displayName, "MISSING RESOURCE (workspace:T1)")
    }).pipe(Effect.scoped),
  )

  it.effect("MUST take from a grant's columns what its record leaves out", () =>
    Effect.gen(function* () {
      const found = yield* reader(world)
      const [view] = yield* Stream.runCollect(found.grants({ entitlement: "group:G1:owner" }))
      assert.strictEqual(view?.grant.entitlement?.id, "group:G1:owner")
      assert.strictEqual(view?.grant.entitlement?.resource?.id?.resource, "G1")
      assert.strictEqual(view?.grant.principal?.id?.resource, "U2")
    }).pipe(Effect.scoped),
  )

  it.effect("MUST count records by the type of the resource that they are on", () =>
    Effect.gen(function* () {
      const found = yield* reader(world)
      assert.deepEqual(yield* found.counts, {
        resources: { group: 2, user: 2 },
        entitlements: { group: 3 },
        grants: { group: 5, role: 1 },
      })
    }).pipe(Effect.scoped),
  )

  it.effect("MUST show every record of a list that is longer than a page, in order", () =>
    Effect.gen(function* () {
      const numbers = Array.from({ length: 1000 }, (_, index) => `user:U${String(index).padStart(4, "0")}`)
      const found = yield* reader((rows) => {
        rows.sync("sync1")
        for (const id of numbers) rows.resource("user", id.slice(5))
      })
      assert.deepEqual(yield* idsOf(found.resources()), numbers)
    }).pipe(Effect.scoped),
  )

  it.effect("MUST answer further questions while a list is half read, and after it was abandoned", () =>
    Effect.gen(function* () {
      const found = yield* reader((rows) => {
        rows.sync("sync1")
        for (let i = 0; i < 1000; i++) rows.resource("user", `U${i}`)
      })
      const half = yield* Stream.runCollect(
        found.resources().pipe(
          Stream.take(300),
          Stream.mapEffect(({ resource }) => found.resource(user(resource.id?.resource ?? ""))),
        ),
      )
      assert.strictEqual(half.at(-1)?.resource.displayName, "name of U299")
      assert.strictEqual(yield* Stream.runCount(found.resources()), 1000)
    }).pipe(Effect.scoped),
  )
})

describe("coverage", () => {
  const gap = {
    resourceType: "user",
    missing: "e-mail addresses of accounts",
    reason: "scope",
    explanation: "The token lacks users:read.email.",
    missingScopes: ["users:read.email"],
  } as const
  const row = (state: string, gaps: string) => (rows: Rows) => {
    rows.sync("sync1")
    rows.insert("rollcall_coverage", { sync_id: "sync1", resource_type_id: "user", state, gaps })
    rows.insert("rollcall_coverage", { sync_id: "other", resource_type_id: "group", state: "skipped", gaps: "[]" })
  }

  it.effect("MUST be told as it was stored", () =>
    Effect.gen(function* () {
      const found = yield* reader(row("partial", JSON.stringify([gap])))
      assert.deepEqual(yield* found.coverage, [{ resourceType: "user", state: "partial", gaps: [gap] }])
    }).pipe(Effect.scoped),
  )

  it.effect.each([
    ["a state that nobody knows", "perfect", "[]"],
    ["gaps that are no JSON", "partial", "["],
    ["a gap without an explanation", "partial", JSON.stringify([{ ...gap, explanation: null }])],
  ] as const)("MUST end as Unreadable where it cannot be understood: %s", ([, state, gaps]) =>
    Effect.gen(function* () {
      const found = yield* reader(row(state, gaps))
      assert.strictEqual((yield* Effect.flip(found.coverage)).reason, "Unreadable")
    }).pipe(Effect.scoped),
  )
})
