// `pnpm drill`: two minutes of faults, or `--minutes N`, for `--workspaces N` (30), as `--seed N` says; `--quick` has each kind of fault
// once, as the test command does. Ends with 1 where something did not hold that must, and keeps logs then, or with `--keep`.
import { bundleProgram } from "@rollcall/test-kit/bundle-program"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { runDrill } from "./drill.ts"
import { report } from "./report.ts"
import { quickRound, roundsOf } from "./rounds.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    seed: { type: "string" },
    workspaces: { type: "string", default: "30" },
    quick: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const say = (line: string) => void process.stdout.write(`${line}\n`)
const path = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
say(`seed ${seed}, ${values.workspaces} workspaces, three workers`)

const drill = Effect.gen(function* () {
  const folder = yield* scratchFolder("drilled")
  const program = yield* Effect.promise(() => bundleProgram(path("apps/worker/test/quickCluster.ts"), folder))
  return yield* runDrill({
    seed,
    workspaces: Number(values.workspaces),
    rounds: values.quick ? quickRound : roundsOf(Number(values.minutes)),
    program,
    keep: path(`dist/drill/${seed}`),
    keepsAll: values.keep,
    say,
  })
})
const result = await Effect.runPromise(Effect.scoped(drill))
for (const line of report(result)) say(line)
if (result.wrong.length > 0)
  say(`Logs and files are in ${path(`dist/drill/${seed}`)}; --seed ${seed} has the same faults.`)
process.exitCode = result.wrong.length === 0 ? 0 : 1
