import { assert, describe, it } from "@effect/vitest"
import type { ScimPageRequest } from "@rollcall/scim-client"
import { Effect } from "effect"
import { scimPage } from "../src/scimPages.ts"

/** A list of people that is what `during` says while each call is answered. */
const walk = Effect.fnUntraced(function* (during: (call: number) => ReadonlyArray<string>, most = 2) {
  let calls = 0
  const readPage = ({ startIndex, count }: ScimPageRequest) =>
    Effect.sync(() => {
      const people = during(++calls)
      const resources = people.slice(startIndex - 1, startIndex - 1 + count)
      return {
        resources,
        rejected: 0,
        rejectedMembers: 0,
        totalResults: people.length,
        startIndex,
        itemsPerPage: resources.length,
      }
    })
  const seen: Array<string> = []
  let cursor: string | undefined
  let warnings = 0
  do {
    const page = yield* scimPage(readPage, most, cursor)
    seen.push(...page.resources)
    warnings += page.warnings.length
    cursor = page.next
  } while (cursor !== undefined)
  return { calls, warnings, seen: [...new Set(seen)].toSorted() }
})

const people = ["ada", "bob", "eve", "kim", "zoe"]

describe("the pages of a SCIM list", () => {
  it.effect("are read once each where nothing changes", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* walk(() => people), { calls: 3, warnings: 0, seen: people })
    }),
  )

  it.effect("end where the last one is full", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* walk(() => people.slice(0, 4))).calls, 2)
    }),
  )

  it.effect("of an empty list are one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* walk(() => []), { calls: 1, warnings: 0, seen: [] })
    }),
  )

  it.effect("are read once more where somebody left in between, so that nobody is passed over", () =>
    Effect.gen(function* () {
      const { seen, warnings } = yield* walk((call) => (call === 1 ? people : people.slice(1)))
      assert.includeMembers(seen, people.slice(1))
      assert.strictEqual(warnings, 0)
    }),
  )

  it.effect("are read once more where somebody joined in between", () =>
    Effect.gen(function* () {
      const { seen } = yield* walk((call) => (call === 1 ? people : ["abe", ...people]))
      assert.deepStrictEqual(seen, ["abe", ...people])
    }),
  )

  it.effect("of a list that never stands still come to an end, with a warning", () =>
    Effect.gen(function* () {
      const growing = (call: number) => [...people, ...Array.from({ length: call }, (_, joined) => `p${joined}`)]
      const { calls, warnings } = yield* walk(growing, 3)
      assert.isAtMost(calls, 50)
      assert.strictEqual(warnings, 1)
    }),
  )

  it.effect("begin anew where the cursor is none of theirs", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(scimPage(() => Effect.die("not asked"), 2, "nonsense"))
      assert.strictEqual(error.reason, "CursorExpired")
    }),
  )
})
