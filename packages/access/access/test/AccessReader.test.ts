// Who has what and why, in domain terms, of files of any content.
import { assert, describe, it } from "@effect/vitest"
import type { ForgedGrant, ForgedSync } from "@rollcall/test-kit/forged"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import type { AccessOptions } from "../src/index.ts"
import { incompletenessOf, openAccess, readStats, refuseUnknown } from "../src/index.ts"

/** Ada is in the group Web, which is in the group Staff; members of Staff may enter. */
const nested = (...more: ReadonlyArray<ForgedGrant>): ForgedSync => ({
  id: "sync1",
  types: ["user", "group", "door"],
  resources: { "user:ada": "Ada", "group:web": "Web", "group:staff": "Staff", "door:1": "Door" },
  entitlements: ["group:web:member", "group:staff:member", "door:1:enter"],
  grants: [
    { entitlement: "group:web:member", principal: "user:ada" },
    { entitlement: "group:staff:member", principal: "group:web", expandsFrom: ["group:web:member"] },
    { entitlement: "door:1:enter", principal: "group:staff", expandsFrom: ["group:staff:member"] },
    ...more,
  ],
})

const ada = { resourceType: "user", resource: "ada" }

const fileWith = (...syncs: ReadonlyArray<ForgedSync>) =>
  Effect.map(scratchFolder("access"), (folder) => forgedFile(folder, syncs))
const accessOf = (sync: ForgedSync, options: AccessOptions = {}) =>
  Effect.flatMap(fileWith(sync), (file) => openAccess(file, options))

/** What Ada holds, with the reason for each. */
const heldByAda = Effect.fnUntraced(function* (sync: ForgedSync) {
  const access = yield* accessOf(sync)
  const records = yield* Stream.runCollect(access.access(ada))
  return Object.fromEntries(
    records.flatMap(({ entitlements }) => entitlements.map(({ id, reason }) => [id, reason] as const)),
  )
}, Effect.scoped)

describe("what a principal holds", () => {
  it.effect("comes with the entitlement through which it is inherited, where grants are not expanded", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* heldByAda(nested()), {
        "group:web:member": { stored: true, direct: true, through: [] },
        "group:staff:member": { stored: false, direct: false, through: ["group:web:member"] },
        "door:1:enter": { stored: false, direct: false, through: ["group:staff:member"] },
      })
    }),
  )

  it.effect("comes with the sources that the connector stored, where grants are expanded", () =>
    Effect.gen(function* () {
      const entitlement = "group:staff:member"
      const held = yield* heldByAda(nested({ entitlement, principal: "user:ada", sources: ["group:web:member"] }))
      assert.deepStrictEqual(held[entitlement], { stored: true, direct: false, through: ["group:web:member"] })
    }),
  )

  it.effect("is direct and inherited at once where several grants, or the sources of one, say so", () =>
    Effect.gen(function* () {
      const entitlement = "group:staff:member"
      const both = { stored: true, direct: true, through: ["group:web:member"] }
      const inherited = { entitlement, principal: "user:ada", sources: ["group:web:member"] }
      const twice = yield* heldByAda(nested({ entitlement, principal: "user:ada" }, inherited))
      assert.deepStrictEqual(twice[entitlement], both)
      const once = yield* heldByAda(nested({ ...inherited, sources: ["group:web:member", entitlement] }))
      assert.deepStrictEqual(once[entitlement], both)
    }),
  )
})

describe("a grant", () => {
  it.effect("names principal, entitlement and resource, and says why it is held", () =>
    Effect.gen(function* () {
      const inherited = { entitlement: "door:1:enter", principal: "user:gone", sources: ["group:staff:member"] }
      const access = yield* accessOf(nested(inherited))
      const grants = yield* Stream.runCollect(access.grants({ entitlement: "door:1:enter" }))
      assert.deepStrictEqual(
        grants.map(({ principal, entitlement, resource, reason }) => [
          principal.displayName,
          entitlement.slug,
          resource.displayName,
          reason.through,
        ]),
        [
          ["Staff", "enter", "Door", []],
          ["MISSING RESOURCE (user:gone)", "enter", "Door", ["group:staff:member"]],
        ],
      )
      assert.deepStrictEqual(grants[0]?.principal.facts(), {
        id: { resourceType: "group", resource: "staff" },
        displayName: "Staff",
      })
      assert.deepStrictEqual(grants[0]?.entitlement.facts().resource, { resourceType: "door", resource: "1" })
    }).pipe(Effect.scoped),
  )
})

describe("a page", () => {
  const named = (records: ReadonlyArray<{ readonly displayName: string }>) =>
    records.map(({ displayName }) => displayName)
  const web = { resourceType: "group", resource: "web" }

  it.effect("has records by name, with members, and says after what the next one begins", () =>
    Effect.gen(function* () {
      const access = yield* accessOf(nested())
      const first = yield* access.page({ limit: 3 })
      assert.deepStrictEqual(named(first.records), ["Ada", "Door", "Staff"])
      assert.deepInclude(first, { total: 4, next: { resourceType: "group", resource: "staff" } })
      assert.deepStrictEqual(
        first.records.map(({ members }) => members),
        [0, 1, 1],
      )
      const second = yield* access.page({ limit: 3, after: first.next })
      assert.deepStrictEqual(named(second.records), ["Web"])
      assert.isUndefined(second.next)
      assert.deepStrictEqual(named((yield* access.page({ holdersOf: web })).records), ["Ada"])
    }).pipe(Effect.scoped),
  )

  it.effect("of what somebody holds is in the order of names, with what is inherited", () =>
    Effect.gen(function* () {
      const access = yield* accessOf(nested())
      const first = yield* access.accessPage(ada, { limit: 2 })
      assert.deepStrictEqual(named(first.records.map(({ resource }) => resource)), ["Door", "Staff"])
      assert.isFalse(first.records[0]?.entitlements[0]?.reason.stored)
      assert.strictEqual(first.total, 3)
      const second = yield* access.accessPage(ada, { limit: 2, after: first.next })
      assert.deepStrictEqual(named(second.records.map(({ resource }) => resource)), ["Web"])
      assert.isUndefined(second.next)
    }).pipe(Effect.scoped),
  )

  it.effect("comes with counts by type, status and kind, of all and of who holds something", () =>
    Effect.gen(function* () {
      const access = yield* accessOf(nested({ entitlement: "group:web:member", principal: "user:gone" }))
      const counted = (counts: ReadonlyArray<{ readonly resourceType: string; readonly count: number }>) =>
        counts.map(({ resourceType, count }) => `${count} ${resourceType}`).toSorted()
      assert.deepStrictEqual(counted(yield* access.pageCounts()), ["1 door", "1 user", "2 group"])
      assert.deepStrictEqual(counted(yield* access.pageCounts(web)), ["1 user", "1 user"])
    }).pipe(Effect.scoped),
  )

  it.effect("is refused where it is to come after what the sync does not show", () =>
    Effect.gen(function* () {
      const access = yield* accessOf(nested())
      const after = { resourceType: "user", resource: "nobody" }
      for (const failure of [
        yield* Effect.flip(access.page({ after })),
        yield* Effect.flip(access.accessPage(ada, { after })),
      ]) {
        assert.deepInclude(failure, { _tag: "UnknownName", kind: "usage" })
        assert.include(failure.message, "user:nobody")
      }
    }).pipe(Effect.scoped),
  )
})

describe("a question about what the sync does not know", () => {
  it.effect("is refused with what may have been meant", () =>
    Effect.gen(function* () {
      const access = yield* accessOf(nested())
      const failure = yield* Effect.flip(refuseUnknown(access, { entitlement: "group:web:memer" }))
      assert.deepInclude(failure, { _tag: "UnknownName", kind: "usage" })
      assert.include(failure.message, "Did you mean group:web:member?")
      yield* refuseUnknown(access, { entitlement: "group:web:member", resource: ada, resourceType: "door" })
    }).pipe(Effect.scoped),
  )

  it.effect("is refused where it names a sync that the file does not hold, by listings and statistics alike", () =>
    Effect.gen(function* () {
      const file = yield* fileWith(nested())
      const options = { syncId: "sync2" }
      for (const failure of [
        yield* Effect.flip(openAccess(file, options)),
        yield* Effect.flip(readStats(file, options)),
      ]) {
        assert.strictEqual(failure._tag, "UnknownName")
        assert.include(failure.message, "holds no sync sync2. Did you mean sync1?")
      }
    }).pipe(Effect.scoped),
  )
})

describe("a sync that does not show all", () => {
  it.effect("says so in sentences and in members for JSON, by whether the view lists what is inherited", () =>
    Effect.gen(function* () {
      const access = yield* accessOf({ ...nested(), finished: false })
      const missing = yield* incompletenessOf(access, "missing")
      assert.deepStrictEqual(missing.members, { rollcall: { sync: "sync1", unfinished: true, unexpandedGrants: 2 } })
      assert.lengthOf(missing.notes, 2)
      const listed = yield* incompletenessOf(access, "listed")
      assert.include(listed.notes[1], "what is inherited through them is worked out here")
    }).pipe(Effect.scoped),
  )

  it.effect("is not said of a finished sync without expandable grants", () =>
    Effect.gen(function* () {
      const access = yield* accessOf({ ...nested(), grants: [] })
      assert.deepStrictEqual(yield* incompletenessOf(access, "missing"), { notes: [], members: {} })
    }).pipe(Effect.scoped),
  )
})
