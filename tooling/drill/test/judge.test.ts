// Each thing that must hold in a drill is missed where it does not.
import { assert, it } from "@effect/vitest"
import { eachOnce, faultKinds, faultsUntil, randomOf } from "../src/faults.ts"
import { judge } from "../src/judge.ts"
import type { LeaseRecord, Record } from "../src/Record.ts"
import { shortened } from "../src/times.ts"

const publication = { connection: "w01-small", due: 1000, file: "w01-small.1.1.c1z", epoch: 1 }

const held: Record = {
  workspaces: ["w01-small", "w02-c1"],
  publications: [publication, { ...publication, due: 2000, file: "w01-small.2.2.c1z", epoch: 2 }],
  compared: 2,
  untrue: [],
  wrongNames: [],
  tasks: [{ id: "w02-c1 a", finishes: 1 }],
  leases: [{ id: "w01-small lease 0", state: "expired", lines: [{ worker: 0, at: 5 }] }],
  throttled: [
    ["w01-small", 1],
    ["w02-c1", 0],
  ],
  silent: [],
  unsettled: [],
  bugs: [],
  faults: [{ kind: "worker stopped and woken", at: 1, lasts: 1, target: 0 }],
}

/** A lease whose end two workers have told, the first of them at this second. */
const twice = (at: number): LeaseRecord => ({
  id: "lease 0",
  state: "expired",
  lines: [
    { worker: 1, at: 30 },
    { worker: 0, at },
  ],
})

const broken: ReadonlyArray<readonly [what: RegExp, how: Partial<Record>]> = [
  [/not true/u, { untrue: ["w01-small.1.1.c1z: 1 missing (), 0 too many ()"] }],
  [/plain name/u, { wrongNames: ["w01-small"] }],
  [/published twice/u, { publications: [publication, { ...publication, file: "other", epoch: 2 }] }],
  [/after a newer one/u, { publications: [publication, { ...publication, due: 500 }] }],
  [
    /after a newer one/u,
    {
      publications: [
        { ...publication, epoch: 2 },
        { ...publication, due: 2000 },
      ],
    },
  ],
  [/finished 2 times/u, { tasks: [{ id: "w02-c1 a", finishes: 2 }] }],
  [/lease that is active/u, { leases: [{ id: "lease 0", state: "active", lines: [] }] }],
  [/2 lines of its end/u, { leases: [twice(5)] }],
  [/2 calls beyond/u, { throttled: [["w01-small", 2]] }],
  [/1 calls beyond/u, { faults: [] }],
  [/without progress/u, { silent: ["w01-small"] }],
  [/not over in time/u, { unsettled: ["w01-small"] }],
  [/a bug in a log/u, { bugs: ["one: because of a bug"] }],
  [/nothing was published of w01-small/u, { publications: [] }],
  [/only 1 of 2/u, { compared: 1 }],
  [/no task was given/u, { tasks: [] }],
]

it("a drill in which all held has nothing wrong", () => {
  assert.deepStrictEqual(judge(held), [])
  // The first of the two was stopped in that moment.
  assert.deepStrictEqual(judge({ ...held, leases: [twice(1)] }), [])
})

it.each(broken)("%s is told", (what, how) => {
  const [told, ...others] = judge({ ...held, ...how })
  assert.match(told ?? "", what)
  assert.deepStrictEqual(others, [])
})

it("the same seed has the same faults, each kind once before any comes again", () => {
  const faults = (seed: number) => faultsUntil(randomOf(seed), shortened.faults, 8, 300)
  assert.deepStrictEqual(faults(7), faults(7))
  assert.notDeepEqual(faults(7), faults(8))
  assert.sameMembers(
    faults(7)
      .slice(0, faultKinds.length)
      .map(({ kind }) => kind),
    [...faultKinds],
  )
  assert.isTrue(faults(7).every(({ at, lasts }) => at + lasts <= 300))
  assert.lengthOf(eachOnce(randomOf(1), shortened.faults, 0), faultKinds.length)
})
