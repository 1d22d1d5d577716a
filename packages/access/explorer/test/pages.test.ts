// What pages say, before a browser draws it.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { workStoreLayer } from "@rollcall/c1z"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { World } from "@rollcall/test-kit/small-world"
import { known, syncWorld, whole } from "@rollcall/test-kit/small-world"
import { Effect } from "effect"
import type { ExplorerOptions } from "../src/index.ts"
import { openExplorer } from "../src/index.ts"
import type { Cell, ExplorerPage } from "../src/pageData.ts"

const club: World = {
  people: { ada: { roles: ["member", "owner"], teams: ["web"] }, cyd: { roles: ["guest"] }, ben: {} },
  teams: { web: "Web", ops: "Ops" },
}

/** Asks for pages of a system at one or more times, as the server does. */
const explored = Effect.fnUntraced(function* (
  worlds: World | ReadonlyArray<World>,
  options: Partial<ExplorerOptions> = {},
) {
  const file = join(yield* scratchFolder("explorer"), "sync.c1z")
  const store = workStoreLayer({ output: file, keepSyncs: 10 })
  yield* Effect.forEach([worlds].flat(), (world) => syncWorld(store, world))
  const answer = yield* openExplorer({ file, meanings: known, ...options })
  return (path: string, query: Readonly<Record<string, string>> = {}) =>
    Effect.map(answer(path, new URLSearchParams(query)), ({ status, page }) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What the explorer makes.
      const { frame, parts } = page.data as unknown as ExplorerPage
      return { status, page, frame, parts, part: (id: string) => parts.find((one) => one.id === id) }
    })
})

const cardsOf = (page: Pick<ExplorerPage, "parts">) =>
  Object.fromEntries(page.parts.flatMap(({ cards = [] }) => cards.map(({ figure, word }) => [word, figure])))

describe("The overview", () => {
  it.effect("counts people, admins, kinds, groups and roles, and takes no workspace for a group", () =>
    Effect.gen(function* () {
      const ask = yield* explored(club)
      assert.deepStrictEqual(cardsOf(yield* ask("/")), {
        people: 3,
        admins: 1,
        guests: 1,
        groups: 2,
        roles: 6,
        "other resources": 1,
        entitlements: 9,
        grants: 8,
      })
      const groups = yield* ask("/groups")
      assert.deepStrictEqual(
        groups.part("list")?.table?.rows.map(([name]) => textOf(name)),
        ["Ops", "Web"],
      )
      assert.strictEqual(groups.part("list")?.table?.status, "2 in all.")
    }).pipe(Effect.scoped),
  )

  it.effect("counts who was invited as a guest as both, and leads to lists that show them", () =>
    Effect.gen(function* () {
      const ask = yield* explored({ ...club, people: { ...club.people, ina: { roles: ["invited", "guest"] } } })
      const overview = yield* ask("/")
      const { guests, invited } = cardsOf(overview)
      assert.deepStrictEqual([guests, invited], [2, 1])
      assert.deepStrictEqual(
        overview.part("kinds")?.bars?.map(({ name, count }) => [name, count]),
        [
          ["member", 2],
          ["guest", 1],
          ["invited, guest", 1],
        ],
      )
      const listed = Effect.fnUntraced(function* (kind: string) {
        const table = (yield* ask("/people", { kind })).part("list")?.table
        return table?.rows.map(([name]) => (typeof name === "object" ? name.text : name))
      })
      assert.deepStrictEqual([yield* listed("guest"), yield* listed("invited")], [["cyd", "ina"], ["ina"]])
    }).pipe(Effect.scoped),
  )

  const gaps: ReadonlyArray<readonly [type: string, unknown: Readonly<Record<string, string>>]> = [
    ["user", { "people (3 seen)": "unknown", "admins (1 seen)": "unknown", "guests (1 seen)": "unknown" }],
    ["role", { "admins (1 seen)": "unknown", "guests (1 seen)": "unknown", "roles (6 seen)": "unknown" }],
    ["team", { "groups (2 seen)": "unknown" }],
  ]
  it.effect.each(gaps)("calls figures unknown that a gap in the type %s makes too small", ([type, unknown]) =>
    Effect.gen(function* () {
      const gap = { resourceType: type, missing: "some", reason: "scope", explanation: "A scope is missing." } as const
      const coverage = [
        ...whole("club", "user", "role", "team").filter(({ resourceType }) => resourceType !== type),
        { resourceType: type, state: "partial" as const, gaps: [gap] },
      ]
      const ask = yield* explored({ ...club, coverage })
      const overview = yield* ask("/")
      const found = Object.entries(cardsOf(overview)).filter(([, figure]) => figure === "unknown")
      assert.deepStrictEqual(Object.fromEntries(found), unknown)
      assert.deepStrictEqual(overview.part("gaps")?.facts?.[1], ["Expected", "0 of 1: no sync promises to show them"])
    }).pipe(Effect.scoped),
  )
})

describe("The file", () => {
  it.live("is unpacked once, first, and tells how far that is; what is compared in it is not unpacked again", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const ask = yield* explored([club, { ...club, people: { ada: {} } }], {
        onProgress: (bytes, all) => told.push(bytes === all ? "whole" : "a part"),
        onUnpacked: () => told.push("unpacked"),
      })
      assert.deepStrictEqual(
        told.filter((word) => word !== "a part"),
        ["whole", "unpacked"],
      )
      assert.strictEqual(told.at(-1), "unpacked")
      const { part } = yield* ask("/differences")
      assert.strictEqual(part("sections")?.heading, "4 changes")
      assert.strictEqual(told.at(-1), "unpacked")
    }).pipe(Effect.scoped),
  )
})

describe("Differences", () => {
  it.live("are those from the full sync before, unless others are named", () =>
    Effect.gen(function* () {
      const people = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`u${at}`, {}]))
      const ask = yield* explored([
        { people: people(1) },
        { people: people(2) },
        { people: people(5), kind: "partial" },
        { people: people(3) },
      ])
      const page = yield* ask("/differences")
      const [before, after] = page.part("syncs")?.form?.fields ?? []
      const ids = before?.kind === "choice" ? before.choices.map(([id]) => id) : []
      assert.lengthOf(ids, 3)
      assert.deepStrictEqual([after?.value, before?.value], ids.slice(0, 2))
      const added = ({ part }: typeof page) => part("changes")?.table?.rows.map(([, name]) => textOf(name))
      assert.deepStrictEqual(added(page), ["u2"])
      const [latest = "", , first = ""] = ids
      assert.deepStrictEqual(added(yield* ask("/differences", { before: first, after: latest })), ["u1", "u2"])
    }).pipe(Effect.scoped),
  )
})

describe("Differences from a copy in an archive", () => {
  it.live("are there for each copy whose sync the file does not hold, in the order of time", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("explorer")
      const [older, file] = [join(folder, "older.c1z"), join(folder, "sync.c1z")]
      const early = yield* syncWorld(workStoreLayer({ output: older }), { people: { ada: {} } })
      const late = yield* syncWorld(workStoreLayer({ output: file }), { people: { ada: {}, ben: {} } })
      const copies = [
        { id: late, file: join(folder, "gone.c1z"), endedAt: "2026-01-02T00:00:00Z" },
        { id: early, file: older, endedAt: "1969-01-01T00:00:00Z" },
      ]
      const answer = yield* openExplorer({ file, meanings: known, copies })
      const { page } = yield* answer("/differences", new URLSearchParams())
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What the explorer makes.
      const { parts } = page.data as unknown as ExplorerPage
      const [before] = parts.find(({ id }) => id === "syncs")?.form?.fields ?? []
      assert.deepStrictEqual(before?.kind === "choice" ? before.choices.map(([id]) => id) : [], [late, early])
      const rows = parts.find(({ id }) => id === "changes")?.table?.rows ?? []
      assert.deepStrictEqual(
        rows.map(([, name]) => textOf(name)),
        ["ben"],
      )
    }).pipe(Effect.scoped),
  )
})

const textOf = (cell: Cell | undefined): unknown => (typeof cell === "object" ? cell.text : cell)

describe("A search", () => {
  it.effect("finds text as it is, in any case, and says nothing where it finds nothing", () =>
    Effect.gen(function* () {
      const ask = yield* explored({ ...club, people: { ...club.people, odd: { name: "100%_\"'\\*" } } })
      const found = (search: string) =>
        Effect.map(ask("/search", { search }), ({ part }) => part("search")?.table?.rows.length)
      assert.deepStrictEqual(
        yield* Effect.forEach(["ADA@EXAMPLE.COM", "%", "_", "\\", '"', "*", "zzz"], found),
        [1, 1, 1, 1, 1, 1, 0],
      )
      assert.isUndefined(yield* found("   "))
    }).pipe(Effect.scoped),
  )
})
