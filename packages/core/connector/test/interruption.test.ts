// A sync that failed on its way: what it leaves, and what kind of failure it is.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Step } from "../src/index.ts"
import { ConnectorError, memoryOutput } from "../src/index.ts"
import { failingOnceAt, names, run, threePeople } from "./running.ts"
import { failingStep, tinyConnector } from "./tinyConnector.ts"

describe("a sync that did not finish", () => {
  it.effect("continues with the page after the last stored one", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const asked: Array<string | undefined> = []
      const watched: Step = {
        ...threePeople,
        page: (request) => Effect.suspend(() => (asked.push(request.cursor), threePeople.page(request))),
      }
      const connector = tinyConnector([failingOnceAt(2, "Unavailable", watched)])
      const error = yield* Effect.flip(run(connector, output))
      assert.strictEqual(error.reason, "Interrupted")
      assert.strictEqual(error.kind, "interrupted")
      assert.include(error.hint, "Then sync again: it continues where it stopped.")
      const summary = yield* run(connector, output)
      assert.isTrue(summary.resumed)
      assert.deepStrictEqual(asked, [undefined, "1", "2"])
      assert.deepStrictEqual(names(output), ["ada", "bob", "eve"])
    }),
  )

  it.effect("publishes nothing", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      yield* Effect.flip(run(tinyConnector([failingOnceAt(2, "CredentialRejected", threePeople)]), output))
      assert.isUndefined(output.published())
    }),
  )

  it.effect("is not taken up by a sync that asks for something else", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const connector = tinyConnector([failingOnceAt(2, "Unavailable", threePeople)])
      yield* Effect.flip(run(connector, output))
      const summary = yield* run(connector, output, { resourceTypes: ["person"] })
      assert.isFalse(summary.resumed)
      assert.deepStrictEqual(names(output), ["ada", "bob", "eve"])
    }),
  )

  it.effect("is an interruption when the credential is lost midway, but a refusal when it never worked", () =>
    Effect.gen(function* () {
      const midway = yield* Effect.flip(run(tinyConnector([failingOnceAt(1, "CredentialRejected", threePeople)])))
      const never = yield* Effect.flip(run(tinyConnector([failingStep("people", "CredentialRejected")])))
      assert.deepStrictEqual([midway.kind, never.kind], ["interrupted", "refused"])
    }),
  )

  it.effect("is unavailable when the system could not be reached and nothing was begun", () =>
    Effect.gen(function* () {
      const dead = new ConnectorError({
        reason: { _tag: "Unavailable", scope: "system" },
        message: "No network.",
        hint: "Plug it in.",
      })
      const error = yield* Effect.flip(run(tinyConnector([threePeople], { identify: Effect.fail(dead) })))
      assert.strictEqual(error.kind, "unavailable")
    }),
  )
})
