import { assert, it } from "@effect/vitest"
import { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { attempt, isDamage, storeFailure } from "../../src/WorkStore/storeFailure.ts"

it.effect("a work file is damaged where a failure says so of that file, whatever the words of its message", () =>
  Effect.gen(function* () {
    const parsing = yield* Effect.flip(attempt("sync.c1z.work", () => JSON.parse("{")))
    const corrupt = Object.assign(new Error("x"), { code: "ERR_SQLITE_ERROR", errcode: 11 })
    const reading = yield* Effect.flip(
      attempt("sync.c1z.work", () => {
        throw corrupt
      }),
    )
    for (const error of [parsing, reading]) {
      assert.isTrue(isDamage(error, "sync.c1z.work"))
      assert.isFalse(isDamage(error, "sync.c1z"))
    }
    const { message, hint } = storeFailure("Unreadable", "sync.c1z.work")
    assert.isFalse(isDamage(new StoreError({ reason: "Unreadable", message, hint }), "sync.c1z.work"))
    assert.isFalse(isDamage(storeFailure("DiskFull", "sync.c1z.work"), "sync.c1z.work"))
  }),
)
