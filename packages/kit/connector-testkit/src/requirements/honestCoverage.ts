// Coverage tells a reader whether "not seen" means "gone". It must be neither too bright nor too dark: a gap that is
// always there is soon ignored.
import assert from "node:assert/strict"
import type { SyncSummary } from "@rollcall/connector"
import { Effect } from "effect"
import { ofType } from "../comparing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector, wholeRun } from "../runs.ts"
import { optionalScopes } from "../scopes.ts"

/** With every scope no gap is about a scope. */
export const namesOnlyMissingScopes = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const { summary } = yield* wholeRun(yield* freshConnector(tried), tried.world)
  const untrue = gapsOf(summary).filter(
    ({ reason, missingScopes = [] }) => reason === "scope" || missingScopes.length > 0,
  )
  assert.deepStrictEqual(untrue, [], "the credential has every scope that the connector declares")
})

/** Without an optional scope the sync ends, and every type that no gap of that scope names is as with the scope. */
export const namesTypesThatLack = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  for (const { scope, type, isNamed, withIt, without } of yield* tryWithoutEachScope(tried)) {
    if (!isNamed) assert.deepStrictEqual(without, withIt, `without ${scope}, ${type} is not whole, and no gap says so`)
  }
})

/** Every type that a gap names because an optional scope is missing really lacks something. */
export const namesOnlyTypesThatLack = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  for (const { scope, type, isNamed, withIt, without } of yield* tryWithoutEachScope(tried)) {
    const why = `a gap says that ${type} lacks something without ${scope}, but it is whole; or the world holds too little`
    if (isNamed) assert.notDeepStrictEqual(without, withIt, why)
  }
})

/** Each resource type with every scope and without each of the optional ones. */
const tryWithoutEachScope = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const whole = yield* wholeRun(connector, tried.world)
  const trials = yield* Effect.forEach(optionalScopes(connector), (scope) =>
    Effect.map(wholeRun(connector, tried.worldWithout(scope)), ({ summary, published }) => {
      const gaps = gapsOf(summary).filter((gap) => gap.missingScopes?.includes(scope))
      return connector.resourceTypes.map(({ id: type }) => ({
        scope,
        type,
        isNamed: gaps.some((gap) => gap.resourceType === type),
        withIt: ofType(whole.published, type),
        without: ofType(published, type),
      }))
    }),
  )
  return trials.flat()
})

const gapsOf = ({ coverage }: SyncSummary) => coverage.flatMap(({ gaps }) => gaps)
