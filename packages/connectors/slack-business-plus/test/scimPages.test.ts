// SCIM lists as a step reads them: over the real engine and store, with servers that are well and servers that are not.
import { assert, describe, it } from "@effect/vitest"
import type { Connector, MemoryOutput, Page, Step } from "@rollcall/connector"
import { memoryOutput, runSync, SyncEvents, unexpectedGaps } from "@rollcall/connector"
import type { ScimPageRequest } from "@rollcall/scim-client"
import { accountId, userType } from "@rollcall/slack-pro/parts"
import { Effect, Exit } from "effect"
import { type ScimList, scimPage } from "../src/scimPages.ts"

interface World {
  /** What the list is while a call is answered; ids that begin with `?` are those of records that cannot be read. */
  readonly during: (call: number) => ReadonlyArray<string>
  /** The total that the server announces; that of the list if absent. */
  readonly total?: number
  readonly count?: number
  readonly mustBeWhole?: boolean
  /** Whom another list shows; absent where the system refuses it. */
  readonly others?: ReadonlyArray<string>
  /** The workspaces whose list the system refuses. */
  readonly unread?: ReadonlyArray<string>
}

/** A connector that reads one SCIM list, beside another list of the same people, and the calls that it makes. */
const scimConnector = ({ during, total, count = 4, mustBeWhole = false, others, unread }: World) => {
  const asked: Array<number> = []
  const list: ScimList<{ readonly id: string }, never> = {
    readPage: ({ startIndex, count: most }: ScimPageRequest) =>
      Effect.sync(() => {
        const ids = during(asked.push(startIndex))
        const keys = ids.slice(startIndex - 1, startIndex - 1 + most)
        const unreadableKeys = keys.filter((key) => key.startsWith("?"))
        return {
          resources: keys.filter((key) => !key.startsWith("?")).map((id) => ({ id })),
          rejected: unreadableKeys.length,
          rejectedMembers: 0,
          keys,
          unreadableKeys,
          totalResults: total ?? ids.length,
          startIndex,
          itemsPerPage: keys.length,
        }
      }),
    count,
    type: userType,
    noun: "accounts",
    compared: { step: "others", lists: ["people"], unread: ["unread"] },
    mustBeWhole,
  }
  const scim: Step = {
    id: "scim",
    title: "SCIM accounts",
    produces: [userType.id],
    comparesWith: ["others"],
    scopes: [],
    page: (request) =>
      Effect.map(scimPage(list, request), ({ resources, rejected, page }): Page => ({
        ...page,
        resources: resources.map(({ id }) => ({ id: accountId(id) })),
        warnings: [
          ...(page.warnings ?? []),
          ...(rejected === 0 ? [] : [{ code: "unreadable", message: "", count: rejected }]),
        ],
      })),
  }
  const other: Step = {
    id: "others",
    title: "other accounts",
    produces: [userType.id],
    scopes: [],
    page: () =>
      Effect.succeed({
        listed: [
          { list: "people", ids: others ?? [] },
          { list: "unread", ids: unread ?? [] },
        ],
      }),
  }
  const connector: Connector = {
    id: "scim",
    displayName: "SCIM",
    resourceTypes: [userType],
    identify: Effect.succeed({ id: "T1", displayName: "Acme" }),
    steps: [scim, other],
  }
  return { connector, asked }
}

const read = Effect.fnUntraced(function* (world: World, output: MemoryOutput = memoryOutput()) {
  const { connector, asked } = scimConnector(world)
  const run = runSync(connector).pipe(Effect.provide(output.layer, { local: true }))
  const { coverage, warnings, steps } = yield* run
  return {
    asked,
    warnings,
    gaps: unexpectedGaps(coverage),
    records: steps.find(({ step }) => step === "scim")?.records,
    seen: (output.published()?.resources ?? []).map(({ id }) => id.resource).toSorted(),
  }
})

const people = (count: number) => Array.from({ length: count }, (_, index) => `U${String(index + 1).padStart(2, "0")}`)

describe("a SCIM list", () => {
  it.effect("that stands still is read once, and no record is given twice", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read({ during: () => people(10) }), {
        asked: [1, 4, 7],
        warnings: [],
        gaps: [],
        records: 10,
        seen: people(10),
      })
    }),
  )

  it.effect("reports to whoever watches how much of it has been read, and how much there is by the server", () =>
    Effect.gen(function* () {
      const { connector } = scimConnector({ during: () => people(10) })
      const progress: Array<string> = []
      yield* runSync(connector).pipe(
        Effect.provide(memoryOutput().layer, { local: true }),
        Effect.provideService(SyncEvents, (event) =>
          Effect.sync(() => {
            if (event._tag !== "PageCommitted" || event.announced === undefined) return
            progress.push(`${event.step} ${event.announced.read} of ${event.announced.of}`)
          }),
        ),
      )
      assert.deepStrictEqual(progress, ["scim 4 of 10", "scim 7 of 10", "scim 10 of 10"])
    }),
  )

  it.effect("is read again if it changed between two pages, and what both readings showed is kept", () =>
    Effect.gen(function* () {
      const during = (call: number) => (call === 1 ? people(10) : people(10).slice(2))
      const { seen, warnings, gaps, asked } = yield* read({ during })
      assert.deepStrictEqual([seen, warnings, gaps], [people(10), [], []])
      assert.deepStrictEqual(
        asked.filter((start) => start === 1),
        [1, 1],
      )
    }),
  )

  it.effect(
    "that changes under three readings is published with a warning, if they reach the last total together",
    () =>
      Effect.gen(function* () {
        const { seen, warnings, gaps } = yield* read({ during: (call) => people(30).slice(call), mustBeWhole: true })
        assert.deepStrictEqual([warnings.map(({ code }) => code), gaps], [["scim-list-changes"], []])
        assert.isAtLeast(seen.length, 20)
      }),
  )

  it.effect("that announces more than it lists is published with a gap that has figures", () =>
    Effect.gen(function* () {
      const { seen, warnings, gaps, asked } = yield* read({ during: () => people(5), total: 8 })
      assert.deepStrictEqual([seen, warnings], [people(5), []])
      assert.strictEqual(gaps.length, 1)
      assert.deepInclude(gaps[0], {
        resourceType: "user",
        reason: "short",
        missing: "SCIM accounts (8 accounts announced, 5 could be read)",
      })
      assert.deepStrictEqual(asked, [1, 4, 5, 1, 4, 5, 1, 4, 5])
    }),
  )

  it.effect(
    "counts a record that cannot be read once, however often it comes, and not among those that could be read",
    () =>
      Effect.gen(function* () {
        const during = () => ["U01", "U02", "U03", "?04", "U05", "?06"]
        const whole = yield* read({ during })
        assert.deepStrictEqual([whole.asked, whole.gaps, whole.warnings[0]?.count], [[1, 4], [], 2])
        const short = yield* read({ during, total: 9 })
        assert.strictEqual(short.warnings[0]?.count, 2)
        assert.include(short.gaps[0]?.missing, "9 accounts announced, 4 could be read")
      }),
  )

  it.effect("whose cursor cannot be understood begins again", () =>
    Effect.gen(function* () {
      const { connector } = scimConnector({ during: () => [] })
      const evidence = {
        unseen: () => Effect.die("not asked"),
        count: () => Effect.die("not asked"),
        compare: () => Effect.die("not asked"),
        parents: () => Effect.die("not asked"),
        unknownPrincipals: () => Effect.die("not asked"),
      }
      const request = { tenant: { id: "T1", displayName: "Acme" }, evidence }
      for (const cursor of ["nonsense", "2:1:40", "{}", '{"reading":{"number":"1"}}']) {
        const error = yield* Effect.flip(connector.steps[0]!.page({ ...request, cursor }))
        assert.nestedPropertyVal(error, "reason._tag", "CursorExpired", cursor)
      }
    }),
  )
})

describe("a SCIM list beside another list of the same accounts", () => {
  const inflated = { during: () => people(5), total: 8, mustBeWhole: true }

  it.effect("is whole after one reading if it has all of them, whatever its total says", () =>
    Effect.gen(function* () {
      const { seen, warnings, gaps, asked } = yield* read({ ...inflated, others: people(4) })
      assert.deepStrictEqual([seen, warnings, gaps, asked], [people(5), [], [], [1, 4, 5]])
    }),
  )

  it.effect("that lacks some of them and is short leaves a gap, because the other list shows the accounts", () =>
    Effect.gen(function* () {
      const { gaps, asked } = yield* read({ ...inflated, others: people(6) })
      assert.deepStrictEqual([gaps.map(({ reason }) => reason), asked.length], [["short"], 9])
    }),
  )

  it.effect(
    "that is the only one interrupts the sync if it is short, and is read from its first page by the next run",
    () =>
      Effect.gen(function* () {
        const output = memoryOutput()
        const error = yield* Effect.flip(read(inflated, output))
        assert.deepInclude(error, { _tag: "SyncError", kind: "interrupted" })
        assert.include(error.message, "8 accounts announced, 5 could be read")
        assert.include(error.hint, "--allow-short-lists (BATON_ALLOW_SHORT_LISTS=true)")
        assert.isUndefined(output.published())
        const { asked, seen } = yield* read({ ...inflated, total: 5 }, output)
        assert.deepStrictEqual([asked, seen], [[1, 4], people(5)])
      }),
  )

  it.effect("is the only one, if the other was refused in one of several workspaces", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read({ ...inflated, others: people(4), unread: ["T2"] }))
      assert.deepInclude(error, { _tag: "SyncError", kind: "interrupted" })
    }),
  )
})

describe("a SCIM list whose sync is killed", () => {
  const worlds: ReadonlyArray<readonly [string, World]> = [
    ["is whole", { during: () => people(10) }],
    ["is short", { during: () => people(10), total: 12 }],
    ["is whole by the other list", { during: () => people(10), total: 12, others: people(9) }],
  ]
  it.effect.each(worlds)("after any page ends as if nothing had happened, if it %s", ([, world]) =>
    Effect.gen(function* () {
      const undisturbed = yield* read(world)
      const output = memoryOutput()
      for (;;) {
        const { connector } = scimConnector(world)
        const exit = yield* runSync(connector).pipe(
          Effect.provide(output.layer, { local: true }),
          Effect.provideService(SyncEvents, ({ _tag }) => (_tag === "PageCommitted" ? Effect.interrupt : Effect.void)),
          Effect.exit,
        )
        if (Exit.isSuccess(exit)) {
          const { coverage, warnings } = exit.value
          assert.deepStrictEqual([unexpectedGaps(coverage), warnings], [undisturbed.gaps, undisturbed.warnings])
          break
        }
      }
      const seen = (output.published()?.resources ?? []).map(({ id }) => id.resource).toSorted()
      assert.deepStrictEqual(seen, undisturbed.seen)
    }),
  )
})
