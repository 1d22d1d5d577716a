// The contract suite: one call makes the tests that every connector passes, ours and yours alike.
import { assert, describe, it } from "@effect/vitest"
import { formatResourceId, memoryOutput } from "@rollcall/connector"
import { Effect } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"
import { askingTwice, inOrder, runOnce, runUntilKilled } from "./runs.ts"

/** More pages than any world of a test has: reaching it means that the sync never finished. */
const mostPages = 500

/** Declares the contract's tests for one connector. Call it at the top level of a test file. */
export const connectorContract = <R>({ name, connector, world, worldWithout }: ConnectorWorld<R>): void => {
  const publishedBy = Effect.fnUntraced(function* (variant = connector) {
    const output = memoryOutput()
    yield* runOnce(variant, world, output)
    return output.published()
  })
  const scopes = connector.steps.flatMap((step) => step.scopes)

  describe(`${name}: a connector`, () => {
    it.live("MUST resume from any page boundary with the same result", () =>
      Effect.gen(function* () {
        const whole = inOrder(yield* publishedBy())
        let wasKilled = true
        let pages = 0
        while (wasKilled && ++pages < mostPages) {
          const output = memoryOutput()
          wasKilled = yield* runUntilKilled(connector, world, output, pages)
          const summary = yield* runOnce(connector, world, output)
          assert.strictEqual(summary.resumed, wasKilled)
          assert.deepStrictEqual(inOrder(output.published()), whole, `killed after ${pages} pages`)
        }
        assert.isAbove(pages, connector.steps.length, "the world should make at least one step take several pages")
        assert.isBelow(pages, mostPages)
      }),
    )

    it.live("MUST resume when it is killed after every single page", () =>
      Effect.gen(function* () {
        const whole = inOrder(yield* publishedBy())
        const output = memoryOutput()
        let runs = 0
        while ((yield* runUntilKilled(connector, world, output, 1)) && ++runs < mostPages);
        assert.deepStrictEqual(inOrder(output.published()), whole)
      }),
    )

    it.live("MUST give the same ids and facts in every run", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(inOrder(yield* publishedBy()), inOrder(yield* publishedBy()))
      }),
    )

    it.live("MUST NOT keep state between pages", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(inOrder(yield* publishedBy(askingTwice(connector))), inOrder(yield* publishedBy()))
      }),
    )

    it.live("MUST give entitlements only on resources, and grants only of entitlements, that it gives", () =>
      Effect.gen(function* () {
        const published = yield* publishedBy()
        const types = new Set(connector.resourceTypes.map((type) => type.id))
        const resources = new Set(published?.resources.map((resource) => formatResourceId(resource.id)))
        const entitlements = new Set(published?.entitlements.map((entitlement) => entitlement.id))
        for (const resource of published?.resources ?? []) assert.isTrue(types.has(resource.id.resourceType))
        for (const { id, resource } of published?.entitlements ?? [])
          assert.isTrue(resources.has(formatResourceId(resource)), id)
        for (const { id, entitlement } of published?.grants ?? []) assert.isTrue(entitlements.has(entitlement), id)
        assert.isNotEmpty(published?.grants)
      }),
    )

    it.live("MUST NOT drop the grants of one type when another type is left out", () =>
      Effect.gen(function* () {
        const whole = yield* publishedBy()
        for (const { id: resourceType } of connector.resourceTypes) {
          const output = memoryOutput()
          yield* runOnce(connector, world, output, { resourceTypes: [resourceType] })
          const expected = whole?.grants.filter((grant) => grant.resource.resourceType === resourceType)
          assert.sameDeepMembers([...(output.published()?.grants ?? [])], [...(expected ?? [])], resourceType)
        }
      }),
    )

    for (const { scope } of scopes.filter((need) => need.required)) {
      it.live(`MUST refuse, and publish nothing, without the required scope ${scope}`, () =>
        Effect.gen(function* () {
          const output = memoryOutput()
          const error = yield* Effect.flip(runOnce(connector, worldWithout(scope), output))
          assert.propertyVal(error, "kind", "refused")
          assert.isUndefined(output.published())
        }),
      )
    }

    for (const { scope } of scopes.filter((need) => !need.required)) {
      it.live(`MUST name what is missing, or miss nothing, without the optional scope ${scope}`, () =>
        Effect.gen(function* () {
          const output = memoryOutput()
          const summary = yield* runOnce(connector, worldWithout(scope), output)
          const gaps = summary.coverage.flatMap((coverage) => coverage.gaps)
          const isNamed = gaps.some((gap) => gap.missingScopes?.includes(scope))
          if (!isNamed) assert.deepStrictEqual(inOrder(output.published()), inOrder(yield* publishedBy()))
        }),
      )
    }
  })
}
