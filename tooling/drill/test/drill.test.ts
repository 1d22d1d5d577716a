// The drill in the form of the test command: each kind of fault once. `BATON_TEST_DRILL_MINUTES` runs the long form too, with thirty
// workspaces.
import { assert, describe, it } from "@effect/vitest"
import { bundledProgram } from "@rollcall/test-kit/bundles"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { runDrill } from "../src/drill.ts"
import { faultKinds } from "../src/faults.ts"
import { report } from "../src/report.ts"
import { quickRound, roundsOf } from "../src/rounds.ts"

const minutes = Number(process.env["BATON_TEST_DRILL_MINUTES"] ?? 0)

const drilled = Effect.fnUntraced(function* (seed: number, workspaces: number, rounds: typeof quickRound) {
  const told: Array<string> = []
  const result = yield* runDrill({
    seed,
    workspaces,
    rounds,
    program: yield* Effect.promise(() =>
      bundledProgram(new URL("../../../apps/worker/test/quickCluster.ts", import.meta.url)),
    ),
    keep: fileURLToPath(new URL(`../../../dist/drill/${seed}`, import.meta.url)),
    say: (line) => void told.push(line),
  })
  return { ...result, told: [`seed ${seed}`, ...told, ...report(result)].join("\n") }
})

describe.skipIf(!hasPostgres)("three workers on one database", () => {
  it.live(
    "lose nothing and do nothing twice, whatever happens to them",
    () =>
      Effect.gen(function* () {
        const { wrong, faults, figures, told } = yield* drilled(16, 8, quickRound)
        assert.deepStrictEqual(wrong, [], told)
        assert.deepStrictEqual(new Set(faults.map(({ kind }) => kind)), new Set(faultKinds))
        // A drill in which nobody lost a connection proves nothing.
        assert.isAbove(figures["turns"] ?? 0, 8, told)
        assert.isAbove(figures["leases"] ?? 0, 0, told)
        assert.isAbove(figures["tasks of ConductorOne"] ?? 0, 0, told)
      }),
    600_000,
  )

  it.live.skipIf(minutes === 0)(
    "do so for as long as was asked for",
    () =>
      Effect.gen(function* () {
        const { wrong, told } = yield* drilled(Date.now() % 1_000_000, 30, roundsOf(minutes))
        assert.deepStrictEqual(wrong, [], told)
      }),
    minutes * 60_000 + 600_000,
  )
})
