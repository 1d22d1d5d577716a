import type { TaskHistory } from "@rollcall/c1-simulator"
import { assert, it } from "@effect/vitest"
import { lostTasks } from "../src/lostTasks.ts"

const task = (known: Partial<TaskHistory> = {}): TaskHistory => ({
  id: "3Task0000000000000000000007",
  kind: "syncFull",
  handedOut: 1,
  hellos: [],
  heartbeats: 0,
  assets: [],
  finishes: [],
  outcome: undefined,
  ...known,
})

it("gives a task again, once, that was on its way to a worker as that was killed", () => {
  const lost = lostTasks()
  lost.look("w03-c1", [task()], 1_000)
  lost.killed(2_000)
  assert.deepStrictEqual(lost.take("w03-c1", [task()], 40_000), [])
  assert.deepStrictEqual(lost.take("w03-c1", [task()], 47_000), [task()])
  assert.deepStrictEqual(lost.take("w03-c1", [task()], 50_000), [])
  assert.deepStrictEqual(lost.givenAgain(), [`w03-c1 ${task().id}`])
})

it("gives no task again since one with its id was lost in another workspace", () => {
  const lost = lostTasks()
  lost.look("w03-c1", [task()], 1_000)
  lost.killed(2_000)
  assert.deepStrictEqual(lost.take("w13-c1", [task({ handedOut: 0 })], 60_000), [])
  lost.look("w13-c1", [task()], 60_000)
  assert.deepStrictEqual(lost.take("w13-c1", [task()], 120_000), [])
})

it("gives no task again that a worker forgot without being killed, or has begun", () => {
  const lost = lostTasks()
  lost.look("w03-c1", [task()], 1_000)
  assert.deepStrictEqual(lost.take("w03-c1", [task()], 120_000), [])
  lost.killed(1_500)
  assert.deepStrictEqual(lost.take("w03-c1", [task({ heartbeats: 1 })], 120_000), [])
})
