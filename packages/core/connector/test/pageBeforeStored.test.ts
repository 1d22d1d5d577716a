// The next page is asked for while one is stored, and what reads it waits with its objects until that is done.
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Step } from "../src/index.ts"
import { memoryOutput, PageBeforeStored, runSync, SyncStore } from "../src/index.ts"
import { personResource, tinyConnector } from "./tinyConnector.ts"

it.effect("a page is asked for before the one before it is stored, and read after", () =>
  Effect.gen(function* () {
    const happened: Array<string> = []
    const note = (what: string) => Effect.sync(() => void happened.push(what))
    const people: Step = {
      id: "people",
      title: "people",
      produces: ["person"],
      scopes: [],
      page: Effect.fnUntraced(function* ({ cursor = "0" }) {
        yield* note(`asked ${cursor}`)
        yield* Effect.flatten(PageBeforeStored)
        yield* note(`read ${cursor}`)
        const next = String(Number(cursor) + 1)
        return { resources: [personResource(cursor)], ...(next === "3" ? {} : { next }) }
      }),
    }
    const watched = Layer.effect(
      SyncStore,
      Effect.map(SyncStore, (store) => ({
        ...store,
        commit: (...page: Parameters<typeof store.commit>) =>
          Effect.yieldNow.pipe(
            Effect.andThen(store.commit(...page)),
            Effect.andThen(note(`stored ${page[0].resources?.[0]?.id.resource}`)),
          ),
      })),
    )
    yield* Effect.provide(runSync(tinyConnector([people])), Layer.provide(watched, memoryOutput().layer))
    const expected = ["asked 0", "read 0", "asked 1", "stored 0", "read 1", "asked 2", "stored 1", "read 2", "stored 2"]
    assert.deepStrictEqual(happened, expected)
  }),
)
