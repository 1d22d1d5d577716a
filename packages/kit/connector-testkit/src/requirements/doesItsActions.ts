// An action is done when the system shows it, and then there is nothing left to do.
import assert from "node:assert/strict"
import { ConnectorError, runAction } from "@rollcall/connector"
import { Effect } from "effect"
import { inOneWorld } from "../changing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector } from "../runs.ts"

const isUnseen = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && error.uncertain === true

/** Each action changes something, gives the values that it declares, and is `already` done when it is run again. */
export const doesItsActions = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const { actions = [] } = connector
  const given = (tried.actions ?? []).filter(({ name }) => actions.some((action) => action.name === name))
  const untried = actions.filter((action) => !given.some(({ name }) => name === action.name))
  assert.deepStrictEqual(untried, [], "the world must give arguments for each action")

  const work = Effect.forEach(given, ({ name, values }) =>
    Effect.gen(function* () {
      const first = yield* Effect.catchIf(runAction(connector, name, values), isUnseen, ({ message }) =>
        Effect.sync(() => assert.fail(`${name}: ${message} Does \`isDone\` look at what \`run\` changes?`)),
      )
      assert.strictEqual(first.outcome, "changed", name)
      const declared = actions.find((action) => action.name === name)?.returns.map((field) => field.name) ?? []
      assert.deepStrictEqual(
        Object.keys(first.values).toSorted(),
        declared.toSorted(),
        `${name} gives other values than it declares`,
      )
      const second = yield* runAction(connector, name, values)
      assert.strictEqual(second.outcome, "already", `${name}, run again`)
      assert.deepStrictEqual(
        Object.keys(second.values).toSorted(),
        declared.toSorted(),
        `${name}, run again, gives other values than it declares`,
      )
    }),
  )
  yield* inOneWorld(tried, work)
})
