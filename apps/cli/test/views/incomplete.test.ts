// A sync that did not end, or whose expandable grants were left to somebody else, shows less than there is, and says so.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { runInProcess } from "../inProcess.ts"
import type { ExpansionPlace, ForgedGrant, ForgedSync } from "@rollcall/test-kit/forged"
import { forgedFile } from "@rollcall/test-kit/forged"

const asking = Effect.fnUntraced(function* (sync: ForgedSync, question: string, place?: ExpansionPlace) {
  const file = forgedFile(yield* scratchFolder("cli"), [sync], place)
  return yield* runInProcess([...question.split(" "), "-f", file])
}, Effect.scoped)

const jsonOf = Effect.fnUntraced(function* (sync: ForgedSync, question: string, place?: ExpansionPlace) {
  const { code, out, err } = yield* asking(sync, `${question} -o json`, place)
  assert.strictEqual(code, 0, err)
  return JSON.parse(out)
})

/** Ada is in the group Web, which is in the group Staff; members of Staff may enter. */
const nested = (...more: ReadonlyArray<ForgedGrant>): ForgedSync => ({
  id: "sync1",
  types: ["user", "group", "door"],
  resources: { "user:ada": "Ada", "bot:bo": "Bo", "group:web": "Web", "group:staff": "Staff", "door:1": "Door" },
  entitlements: ["group:web:member", "group:web:admin", "group:staff:member", "door:1:enter"],
  grants: [
    { entitlement: "group:web:member", principal: "user:ada" },
    { entitlement: "group:staff:member", principal: "group:web", expandsFrom: ["group:web:member"] },
    { entitlement: "door:1:enter", principal: "group:staff", expandsFrom: ["group:staff:member"] },
    ...more,
  ],
})
/** What the connector stores when it expands them. */
const expanded: ReadonlyArray<ForgedGrant> = ["user:ada", "group:web"].flatMap((principal) => [
  { entitlement: "group:staff:member", principal, sources: ["group:web:member"] },
  { entitlement: "door:1:enter", principal, sources: ["group:staff:member"] },
])

const unfinished: ForgedSync = { ...nested(), id: "open", finished: false, grants: nested().grants?.slice(0, 1) ?? [] }
const views = ["resource-types", "resources", "entitlements", "grants", "principals -e group:web:member"]

describe("a view of an unfinished sync", () => {
  it.live.each([...views, "access -t user -r ada", "stats"])(
    "says so on the standard error, also with --quiet: %s",
    (view) =>
      Effect.gen(function* () {
        for (const question of [view, `${view} --quiet`, `${view} -o csv`]) {
          const { code, err } = yield* asking(unfinished, question)
          assert.strictEqual(code, 0)
          assert.match(err, /^note: The sync open has not finished, so records may be missing\./)
        }
      }),
  )

  it.live.each([...views, "access -t user -r ada", "stats"])("says so in JSON: %s", (view) =>
    Effect.gen(function* () {
      assert.deepInclude((yield* jsonOf(unfinished, view)).rollcall, { unfinished: true, unexpandedGrants: 0 })
    }),
  )

  it.live("says that there is no sync where the file holds none", () =>
    Effect.gen(function* () {
      const file = forgedFile(yield* scratchFolder("cli"), [])
      const { out, err } = yield* runInProcess(["grants", "-o", "json", "-f", file])
      assert.deepStrictEqual(JSON.parse(out), { rollcall: { sync: null }, grants: [] })
      assert.match(err, /^note: The file holds no sync/)
    }).pipe(Effect.scoped),
  )
})

describe("a view of a sync that is finished and expanded", () => {
  it.live.each(views)("has the Go viewer's JSON and nothing on the standard error: %s", (view) =>
    Effect.gen(function* () {
      const { out, err } = yield* asking(nested(...expanded), `${view} -o json`)
      assert.strictEqual(err, "")
      assert.lengthOf(Object.keys(JSON.parse(out)), 1)
    }),
  )
})

describe.for<ExpansionPlace>(["column", "record"])("expandable grants that are kept in the %s", (place) => {
  it.live("are shown with what makes them expandable, once", () =>
    Effect.gen(function* () {
      const { grants } = yield* jsonOf(nested(), "grants -e door:1:enter", place)
      assert.deepStrictEqual(grants[0].grant.annotations, [
        { "@type": "type.googleapis.com/c1.connector.v2.GrantExpandable", entitlementIds: ["group:staff:member"] },
      ])
    }),
  )

  it.live("are counted where they are not expanded, by every view", () =>
    Effect.gen(function* () {
      for (const view of [...views, "stats"]) {
        const { err } = yield* asking(nested(), view, place)
        assert.match(err, /^note: 2 expandable grants of the sync sync1 are not expanded: who inherits/)
        assert.deepInclude((yield* jsonOf(nested(), view, place)).rollcall, { unfinished: false, unexpandedGrants: 2 })
      }
    }),
  )

  it.live("are expanded by `access`, over any number of groups", () =>
    Effect.gen(function* () {
      const { out, err } = yield* asking(nested(), "access -t user -r ada", place)
      assert.match(err, /are not expanded: what is inherited through them is worked out here/)
      assert.strictEqual(
        out,
        [
          "Ada (user:ada)",
          "  Door (door type)",
          "    enter through Staff (inherited)",
          "  Staff (group type)",
          "    member through Web (inherited)",
          "  Web (group type)",
          "    member",
          "",
        ].join("\n"),
      )
    }),
  )

  it.live("give `access` the same answer whether the connector has expanded them or not", () =>
    Effect.gen(function* () {
      const { access } = yield* jsonOf(nested(...expanded), "access -t user -r ada", place)
      assert.deepStrictEqual((yield* jsonOf(nested(), "access -t user -r ada", place)).access, access)
    }),
  )
})

describe("what is inherited through an expandable grant", () => {
  const heldBy = Effect.fnUntraced(function* (principal: string, ...grants: ReadonlyArray<ForgedGrant>) {
    const { access } = yield* jsonOf(nested(...grants), `access -t ${principal.replace(":", " -r ")}`)
    return access.flatMap((view: { readonly entitlements: ReadonlyArray<{ readonly id: string }> }) =>
      view.entitlements.map(({ id }) => id),
    )
  })
  const onDoor: ForgedGrant = { entitlement: "door:1:open", principal: "group:web", expandsFrom: ["group:web:member"] }

  it.live("is nothing by an entitlement that the sync does not list", () =>
    Effect.gen(function* () {
      assert.notInclude(yield* heldBy("user:ada", onDoor), "door:1:open")
    }),
  )

  it.live("is nothing by another entitlement on the same group", () =>
    Effect.gen(function* () {
      const admin: ForgedGrant = { entitlement: "group:web:admin", principal: "user:eve" }
      assert.deepStrictEqual(yield* heldBy("user:eve", admin), ["group:web:admin"])
    }),
  )

  it.live("is for principals of the named types alone", () =>
    Effect.gen(function* () {
      const users: ForgedGrant = {
        entitlement: "group:web:admin",
        principal: "group:web",
        expandsFrom: ["group:web:member"],
        principalTypes: ["user"],
      }
      const bot: ForgedGrant = { entitlement: "group:web:member", principal: "bot:bo" }
      assert.include(yield* heldBy("user:ada", users, bot), "group:web:admin")
      assert.notInclude(yield* heldBy("bot:bo", users, bot), "group:web:admin")
    }),
  )

  it.live("is for those alone who hold the entitlement themselves, where it is shallow", () =>
    Effect.gen(function* () {
      const shallow = (source: string, group: string): ForgedGrant => ({
        entitlement: "group:web:admin",
        principal: `group:${group}`,
        expandsFrom: [source],
        shallow: true,
      })
      assert.include(yield* heldBy("user:ada", shallow("group:web:member", "web")), "group:web:admin")
      assert.notInclude(yield* heldBy("user:ada", shallow("group:staff:member", "staff")), "group:web:admin")
      assert.notInclude(
        yield* heldBy("user:ada", shallow("group:staff:member", "staff"), ...expanded),
        "group:web:admin",
      )
    }),
  )

  it.live("ends where groups are in each other", () =>
    Effect.gen(function* () {
      const cycle: ForgedGrant = {
        entitlement: "group:web:member",
        principal: "group:staff",
        expandsFrom: ["group:staff:member"],
      }
      assert.sameMembers(yield* heldBy("user:ada", cycle), ["group:web:member", "group:staff:member", "door:1:enter"])
    }),
  )
})
