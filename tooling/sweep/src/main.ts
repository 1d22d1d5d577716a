// `pnpm sweep`: every case of every world into files, in an order that the seed decides. `--seed N` repeats a run, `--cases
// N` ends after so many of each world, `--world NAME` runs one world, `--memory` writes no files. Ends with 1 where an
// outcome is wrong.
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { files, memory } from "./outputs.ts"
import { sweepWorld, wrongOutcomes } from "./sweep.ts"
import { largeWorlds, worlds } from "./worlds.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    cases: { type: "string" },
    world: { type: "string" },
    memory: { type: "boolean", default: false },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const most = Number(values.cases ?? Number.POSITIVE_INFINITY)
process.stdout.write(`seed ${seed}\n`)

/** The items in an order that follows from the seed. */
const shuffled = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items
    .map((item, index) => ({ item, place: Math.imul(Math.imul(index + 1, 0x9e37_79b1) ^ seed, 0x85eb_ca6b) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)

let wrongCount = 0
const chosen = [...worlds, ...largeWorlds].filter(({ name }) => values.world === undefined || name === values.world)
for (const world of chosen) {
  const began = performance.now()
  const sweeping = sweepWorld(world, values.memory ? memory : files, (cases) => shuffled(cases).slice(0, most))
  const swept = await Effect.runPromise(sweeping)
  const ended = Map.groupBy(swept, ({ outcome }) => outcome.ended)
  const counts = [...ended].map(([how, cases]) => `${cases.length} ${how}`).join(", ")
  const wrong = wrongOutcomes(swept)
  wrongCount += wrong.length
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stdout.write(`${world.name}: ${swept.length} cases, ${counts}, ${wrong.length} wrong, ${seconds} s\n`)
  for (const line of wrong) process.stdout.write(`  ${line}\n`)
}
process.exitCode = wrongCount === 0 ? 0 : 1
