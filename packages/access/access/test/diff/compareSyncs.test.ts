// What differs between two syncs, told to somebody who answers for it.
import { join } from "node:path"
import { workStoreLayer } from "@rollcall/c1z"
import { assert, describe, it } from "@effect/vitest"
import type { Coverage, Gap } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import type { Change } from "../../src/index.ts"
import { compareFiles, detailsOf } from "../../src/index.ts"
import type { World } from "@rollcall/test-kit/small-world"
import { known, syncWorld, types, whole } from "@rollcall/test-kit/small-world"

/** A change in a few words. */
const told = (change: Change): string => {
  const { section, change: how, what, subject, entitlement } = change
  const of = what === "membership" ? ` in ${entitlement?.resourceName}` : ""
  return [`${section}: ${what} ${subject.name}${of} ${how}`, ...detailsOf(change)].join("; ")
}

const compared = Effect.fnUntraced(function* (before: World, after: World, ...privileged: ReadonlyArray<string>) {
  const file = join(yield* scratchFolder("diff"), "sync.c1z")
  yield* syncWorld(workStoreLayer({ output: file, keepSyncs: 10 }), before)
  yield* syncWorld(workStoreLayer({ output: file, keepSyncs: 10 }), after)
  const options = { meanings: known, privileged }
  const comparison = yield* compareFiles({ file, sync: "previous" }, { file, sync: "latest" }, options)
  const changes = yield* Stream.runCollect(comparison.changes)
  // Whichever way both are read, the same comes out.
  const byId = yield* compareFiles({ file, sync: "previous" }, { file }, { ...options, mostCandidates: 0 })
  assert.deepStrictEqual(yield* Stream.runCollect(byId.changes), changes)
  assert.deepStrictEqual([byId.counts, byId.unknown], [comparison.counts, comparison.unknown])
  return { comparison, changes, lines: changes.map(told), unknown: comparison.unknown.map(({ text }) => text) }
}, Effect.scoped)

const gap = (resourceType: string, more: Partial<Gap> = {}): Coverage => ({
  resourceType,
  state: "partial",
  gaps: [{ resourceType, missing: "some of it", reason: "scope", explanation: "The token lacks it.", ...more }],
})

const lacking = (...gaps: ReadonlyArray<Coverage>): ReadonlyArray<Coverage> => [
  ...whole().filter(({ resourceType }) => !gaps.some((lack) => lack.resourceType === resourceType)),
  ...gaps,
]

const teams = { t1: "Engineering", t2: "Board" }

describe("what changed between two syncs", () => {
  it.effect("is nothing where nothing did", () =>
    Effect.gen(function* () {
      const world = { people: { ada: { teams: ["t1"] }, bob: {} }, teams }
      const { lines, comparison } = yield* compared(world, world)
      assert.deepStrictEqual([lines, comparison.total, comparison.unknown], [[], 0, []])
    }),
  )

  it.effect("comes by what a reader looks for first, each change once", () =>
    Effect.gen(function* () {
      const { lines, comparison } = yield* compared(
        {
          people: {
            ada: { teams: ["t1"] },
            bob: { roles: ["member", "owner"] },
            cy: { teams: ["t1", "t2"] },
            dan: { roles: ["guest"] },
            eve: { teams: ["t2"] },
          },
          teams: { ...teams, t3: "Old" },
        },
        {
          people: {
            ada: { name: "Ada", email: "ada@new.example", roles: ["member", "owner"], teams: ["t1"] },
            bob: { teams: ["t1"] },
            cy: { status: "disabled", roles: [], teams: ["t2"] },
            dan: { roles: ["wideGuest"] },
            fay: { roles: ["guest"], teams: ["t1"] },
            gus: {},
          },
          teams: { t1: "Engineers", t2: "Board", t4: "New" },
        },
      )
      assert.deepStrictEqual(lines, [
        "new-admins: membership Ada in owner added",
        "new-guests: account fay added",
        "disabled-holding: account cy changed; status enabled → disabled; 2 memberships ended with it; still holds Board (member)",
        "grown: holders Engineers changed; holders 2 → 3",
        "grown: membership bob in Engineers added",
        "grown: membership fay in Engineers added",
        "new-accounts: account gus added",
        "removed-accounts: account eve removed; 3 memberships ended with it",
        "changed-accounts: account Ada changed; name ada → Ada; e-mail ada@example.com → ada@new.example",
        "changed-accounts: account dan changed; kind guest (one room) → guest (several rooms)",
        "former-admins: membership bob in owner removed",
        "resources: group Engineers changed; name Engineering → Engineers",
        "resources: group Old removed",
        "resources: group New added",
      ])
      assert.strictEqual(comparison.total, 13)
      assert.strictEqual(comparison.counts["grown"], 2)
    }),
  )

  it.effect("is found among many that stayed, wherever it is and however much came and went before it", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 230 }, (_, at) => `p${String(at).padStart(3, "0")}`)
      const world = (some: ReadonlyArray<string>, renamed: ReadonlyArray<string> = []) => ({
        people: Object.fromEntries(
          some.map((name) => [name, { teams: ["t1"], ...(renamed.includes(name) ? { name: `New ${name}` } : {}) }]),
        ),
        teams,
      })
      const gone = ["p000", "p047", "p048", "p100", "p101", "p229"]
      const renamed = names.filter((name, at) => at % 100 >= 20 && !gone.includes(name))
      const after = ["new", ...names.filter((name) => !gone.includes(name))]
      const { changes } = yield* compared(world(names), world(after, renamed))
      const about = (change: Change["change"]) =>
        changes
          .filter((one) => one.what === "account" && one.change === change)
          .map(({ subject }) => subject.id.resource)
      assert.deepStrictEqual(about("removed"), gone)
      assert.deepStrictEqual(about("changed"), renamed)
      assert.deepStrictEqual(about("added"), ["new"])
      const all = yield* compared(world(names), world(names, names))
      assert.strictEqual(all.comparison.total, names.length)
    }),
  )

  it.effect("is read in pages of a section, from wherever in it", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("diff"), "sync.c1z")
      const names = Array.from({ length: 200 }, (_, at) => `ü${String(at).padStart(3, "0")}`)
      yield* syncWorld(workStoreLayer({ output: file, keepSyncs: 10 }), { people: { ada: {} } })
      yield* syncWorld(workStoreLayer({ output: file, keepSyncs: 10 }), {
        people: { ada: {}, ...Object.fromEntries(names.map((name) => [name, {}])) },
      })
      const { page, counts } = yield* compareFiles({ file, sync: "previous" }, { file }, { meanings: known })
      const named = (from: number, most: number) =>
        Effect.map(page("new-accounts", { from, most }), (changes) => changes.map(({ subject }) => subject.name))
      assert.strictEqual(counts["new-accounts"], 200)
      for (const from of [0, 1, 63, 64, 65, 130, 195, 199]) {
        assert.deepStrictEqual(yield* named(from, 10), names.slice(from, from + 10), String(from))
      }
      assert.deepStrictEqual(yield* named(200, 10), [])
      assert.deepStrictEqual(yield* page("new-guests", { from: 0, most: 10 }), [])
    }).pipe(Effect.scoped),
  )

  it.effect("is one line of an account that was disabled, and none of the roles that went with that", () =>
    Effect.gen(function* () {
      const { lines } = yield* compared(
        { people: { ada: { roles: ["member", "owner"], teams: ["t1"] } }, teams },
        { people: { ada: { status: "deleted", roles: [], teams: [] } }, teams },
      )
      assert.deepStrictEqual(lines, [
        "disabled-accounts: account ada changed; status enabled → deleted; 3 memberships ended with it",
      ])
    }),
  )

  it.effect("names what an account that is disabled gains, and those who lost something otherwise", () =>
    Effect.gen(function* () {
      const { lines } = yield* compared(
        { people: { ada: { status: "disabled", roles: [] }, bob: { teams: ["t2"] } }, teams },
        { people: { ada: { status: "disabled", roles: [], teams: ["t1"] }, bob: {} }, teams },
      )
      assert.deepStrictEqual(lines, [
        "disabled-holding: membership ada in Engineering added",
        "memberships: holders Board changed; holders 1 → 0",
        "memberships: membership bob in Board removed",
      ])
    }),
  )

  it.effect("is the kind of an account and not its roles; and of one that lost its kind the role", () =>
    Effect.gen(function* () {
      const { lines } = yield* compared(
        { people: { ada: { roles: ["guest"] }, bob: {} } },
        { people: { ada: { roles: ["member"] }, bob: { roles: [] } } },
      )
      assert.deepStrictEqual(lines, [
        "changed-accounts: account ada changed; kind guest (one room) → member",
        "memberships: holders member changed; holders 1 → 1",
        "memberships: membership bob in member removed",
      ])
    }),
  )

  it.effect("is a new guest from the invitation on, and not once more when it is taken", () =>
    Effect.gen(function* () {
      const invited = { people: { ada: { roles: ["invited"] }, fay: { roles: ["invited", "guest"] } } }
      const { lines } = yield* compared({ people: { ada: { roles: ["invited"] } } }, invited)
      assert.deepStrictEqual(lines, ["new-guests: account fay added"])
      const { lines: later } = yield* compared(invited, {
        people: { ada: { roles: ["invited", "guest"] }, fay: { roles: ["guest"] } },
      })
      assert.deepStrictEqual(later, [
        "new-guests: account ada changed; kind invited → invited, guest (one room)",
        "changed-accounts: account fay changed; kind invited, guest (one room) → guest (one room)",
      ])
    }),
  )

  it.effect("counts further entitlements as privileged that the reader names", () =>
    Effect.gen(function* () {
      const { lines } = yield* compared(
        { people: { ada: {} }, teams },
        { people: { ada: { teams: ["t2"] } }, teams },
        "team:t2:*",
      )
      assert.deepStrictEqual(lines, ["new-admins: membership ada in Board added"])
    }),
  )

  it.effect("has a second factor that went, where both syncs know it", () =>
    Effect.gen(function* () {
      const { lines } = yield* compared({ people: { ada: { mfa: true } } }, { people: { ada: {} } })
      assert.deepStrictEqual(lines, ["changed-accounts: account ada changed; 2FA on → off"])
    }),
  )
})

describe("what a sync does not show", () => {
  const before = { people: { ada: { teams: ["t1"], mfa: true }, bob: {} }, teams }
  const after = { people: { ada: { email: undefined } }, teams: { t2: "Council" } }

  it.effect("is unknown where either lacks a type, told once, and neither removed nor changed", () =>
    Effect.gen(function* () {
      for (const [first, second] of [
        [gap("team"), undefined],
        [undefined, gap("team")],
        [gap("team"), gap("team")],
      ] as const) {
        const { lines, unknown } = yield* compared(
          { ...before, coverage: first === undefined ? whole() : lacking(first) },
          {
            ...after,
            people: { ada: { mfa: true }, bob: {} },
            coverage: second === undefined ? whole() : lacking(second),
          },
        )
        assert.deepStrictEqual(lines, [])
        const where = first === undefined ? "the later sync" : second === undefined ? "the earlier sync" : "each sync"
        assert.deepStrictEqual(unknown, [`team is not compared: ${where} lacks some of it. The token lacks it.`])
      }
    }),
  )

  it.effect("is unknown of accounts that a sync may just not show, and so is what they held", () =>
    Effect.gen(function* () {
      const { lines, unknown } = yield* compared(before, {
        people: { ada: { teams: ["t1"], mfa: true } },
        teams,
        coverage: lacking(gap("user", { reason: "short" })),
      })
      assert.deepStrictEqual([lines, unknown.length], [[], 1])
    }),
  )

  it.effect("is an attribute alone where a gap names it", () =>
    Effect.gen(function* () {
      const { lines, unknown } = yield* compared(before, {
        people: { ada: { email: undefined, teams: ["t1"], mfa: true }, bob: { status: "disabled", roles: [] } },
        teams,
        coverage: lacking(gap("user", { attributes: ["email"] })),
      })
      assert.deepStrictEqual(lines, [
        "disabled-accounts: account bob changed; status enabled → disabled; 1 membership ended with it",
      ])
      assert.deepStrictEqual(unknown, [
        "E-mail addresses are not compared: the later sync lacks some of it. The token lacks it.",
      ])
    }),
  )

  it.effect("is no difference where no sync promises it", () =>
    Effect.gen(function* () {
      const expected = lacking({ ...gap("user", { attributes: ["mfa"], expected: true }), state: "complete" })
      const { lines, comparison } = yield* compared(
        { ...before, coverage: expected },
        { people: { ada: { teams: ["t1"] }, bob: {} }, teams, coverage: expected },
      )
      assert.deepStrictEqual(lines, [])
      assert.deepStrictEqual(
        comparison.unknown.map(({ expected: isExpected }) => isExpected),
        [true],
      )
    }),
  )

  it.effect("is a type that one of them does not list, such as of another plan", () =>
    Effect.gen(function* () {
      const { team: _, ...fewer } = types
      const { lines, unknown } = yield* compared(before, {
        people: { ada: { mfa: true }, bob: {} },
        types: Object.values(fewer),
      })
      assert.deepStrictEqual(lines, [])
      assert.deepStrictEqual(unknown, ["team is not compared: the later sync does not list this type."])
    }),
  )

  it.effect(
    "is what two connectors call an account that is not in use; that it is not in use any more is a change",
    () =>
      Effect.gen(function* () {
        const { lines, unknown } = yield* compared(
          { people: { ada: { status: "deleted", roles: [] }, bob: { roles: [] } }, connector: "club" },
          {
            people: { ada: { status: "disabled", roles: [] }, bob: { status: "disabled", roles: [] } },
            connector: "otherClub",
          },
        )
        assert.deepStrictEqual(lines, ["disabled-accounts: account bob changed; status enabled → disabled"])
        assert.lengthOf(unknown, 2)
        assert.match(unknown[0] ?? "", /Kinds of accounts are not compared/)
        assert.match(unknown[1] ?? "", /^Of 1 account it is not known whether the status changed/)
      }),
  )
})

describe("syncs that cannot be compared", () => {
  it.effect("are of different workspaces", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(compared({ people: {}, tenant: "C1" }, { people: {}, tenant: "C2" }))
      assert.deepInclude(failure, { _tag: "Incomparable", kind: "unreadable" })
      assert.include(failure.message, "Club C1 (C1) and Club C2 (C2)")
    }),
  )
})
