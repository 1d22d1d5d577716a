// Records that a page gives in pieces are made while they are stored, and count like all others.
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page, Records, Step } from "../src/index.ts"
import { allRecordsOf, inPieces, memoryOutput, runSync } from "../src/index.ts"
import { personResource, tinyConnector } from "./tinyConnector.ts"

const ids = Array.from({ length: 7 }, (_, index) => `p${index}`)
const recordsOf = (some: ReadonlyArray<string>): Records => ({ resources: some.map((id) => personResource(id)) })

const people = (page: Page): Step => ({
  id: "people",
  title: "people",
  produces: ["person"],
  scopes: [],
  page: () => Effect.succeed(page),
})

const sync = (page: Page) => {
  const output = memoryOutput()
  return Effect.map(
    runSync(tinyConnector([people(page)])).pipe(Effect.provide(output.layer), Effect.result),
    (result) => ({
      result,
      published: output.published()?.resources.map(({ id }) => id.resource),
    }),
  )
}

it.effect("pieces are stored after the records of the page itself, and count like those", () =>
  Effect.gen(function* () {
    const { result, published } = yield* sync({ ...recordsOf(["first"]), more: inPieces(ids, recordsOf, 2) })
    assert.deepStrictEqual(published, ["first", ...ids])
    assert.strictEqual(result._tag === "Success" ? result.success.steps[0]?.records : undefined, 8)
  }),
)

it("pieces are made again whenever they are asked for, and hold so many items at most", () => {
  const more = inPieces(ids, recordsOf, 3)
  assert.deepStrictEqual(
    [...more].map(({ resources = [] }) => resources.length),
    [3, 3, 1],
  )
  assert.deepStrictEqual(allRecordsOf({ more }), allRecordsOf(recordsOf(ids)))
})

it.effect("nothing of a page is stored where a piece holds what the connector does not declare", () =>
  Effect.gen(function* () {
    const stranger = { id: { resourceType: "stranger", resource: "s1" } }
    const { result, published } = yield* sync({ more: [recordsOf(ids), { resources: [stranger] }] })
    assert.isUndefined(published)
    assert.strictEqual(result._tag === "Failure" ? result.failure.reason : undefined, "Defective")
  }),
)

it.effect("nothing of a page is stored where a piece cannot be made, and the step is named", () =>
  Effect.gen(function* () {
    const fails = (some: ReadonlyArray<string>): Records => {
      if (some.includes("p5")) throw new Error("There is no p5.")
      return recordsOf(some)
    }
    const { result, published } = yield* sync({ more: inPieces(ids, fails, 2) })
    assert.isUndefined(published)
    const message = result._tag === "Failure" ? result.failure.message : ""
    assert.match(message, /people: There is no p5/)
  }),
)
