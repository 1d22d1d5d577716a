// What a sync without a credential that the connector can do without says of what it did not read.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Connector } from "../src/index.ts"
import { run, threePeople } from "./running.ts"
import { tinyConnector } from "./tinyConnector.ts"

const reads = [
  { resourceType: "vault", missing: "vaults and who opens them" },
  { resourceType: "person", missing: "birthdays", expected: true },
] as const
const furtherCredential = { name: "the master key (MASTER_KEY)", provisions: [], actions: [], reads }

const coverageWith = (hasFurther: boolean | undefined, more: Partial<Connector> = {}, types?: ReadonlyArray<string>) =>
  run(
    tinyConnector([threePeople], {
      furtherCredential,
      identify: Effect.succeed({
        id: "T1",
        displayName: "Tiny Inc.",
        ...(hasFurther === undefined ? {} : { hasFurther }),
      }),
      ...more,
    }),
    undefined,
    { resourceTypes: types },
  ).pipe(Effect.map(({ coverage }) => coverage))

describe("a sync without a further credential", () => {
  it.effect("records what that would have read, and that the system may have none of it", () =>
    Effect.gen(function* () {
      const coverage = yield* coverageWith(undefined)
      const explanation =
        "Reading it takes the master key (MASTER_KEY), which is not set. Whether the system has any is not known."
      const gap = { reason: "furtherCredential" as const, explanation }
      assert.deepStrictEqual(coverage, [
        { resourceType: "person", state: "complete", gaps: [{ ...reads[1], ...gap }] },
        { resourceType: "team", state: "complete", gaps: [] },
        { resourceType: "vault", state: "skipped", gaps: [{ ...reads[0], ...gap }] },
      ])
    }),
  )

  it.effect("says of a system that has more only that the credential is not set", () =>
    Effect.gen(function* () {
      const [first] = (yield* coverageWith(true)).flatMap(({ gaps }) => gaps)
      assert.strictEqual(first?.explanation, "Reading it takes the master key (MASTER_KEY), which is not set.")
    }),
  )

  it.effect("records nothing where the plan of the system has no more, nor where the request names types", () =>
    Effect.gen(function* () {
      for (const coverage of [yield* coverageWith(false), yield* coverageWith(undefined, {}, ["person"])]) {
        const reasons = coverage.flatMap(({ gaps }) => gaps).map(({ reason }) => reason)
        assert.notInclude(reasons, "furtherCredential")
        assert.notInclude(JSON.stringify(coverage), "vault")
      }
    }),
  )
})
