// `pnpm bench`: measures, prints a table on stderr and JSON on stdout, and ends with 1 when a figure is missed. `--files` measures
// only the files that are passed through, and names them; `--only connections` only a worker with many connections, `--only database` only workers that share one (`--workspaces N`). `--against REF` measures the working tree next to a commit instead, and next to
// other programs: `--peer PATH` syncs, `--viewer PATH` shows; `--people N`, `--only start|edge|sync|views`.
import { parseArgs } from "node:util"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import { againstFigures } from "./againstFigures.ts"
import { businessPlusFigures } from "./businessPlusFigures.ts"
import { connectionFigures } from "./connectionFigures.ts"
import { databaseFigures } from "./databaseFigures.ts"
import { explorerFigures } from "./explorerFigures.ts"
import type { Compared } from "./Comparison.ts"
import { comparedTable, isWithin } from "./Comparison.ts"
import type { Figure } from "./Figure.ts"
import { figureTable, isReached } from "./Figure.ts"
import { fileFigures } from "./fileFigures.ts"
import { proFigures } from "./proFigures.ts"
import { provisioningFigures } from "./provisioningFigures.ts"
import { syncFigures } from "./syncFigures.ts"
import { startUpFigures } from "./startUpFigures.ts"
import { workerFigures } from "./workerFigures.ts"

const { values: flags } = parseArgs({
  options: {
    million: { type: "boolean", default: false },
    files: { type: "boolean", default: false },
    against: { type: "string" },
    peer: { type: "string" },
    viewer: { type: "string" },
    people: { type: "string", default: "100000" },
    only: { type: "string" },
    workspaces: { type: "string", default: "200" },
  },
})

const figures: Array<Figure> = []
const add = (found: ReadonlyArray<Figure>): void => {
  figures.push(...found)
  process.stderr.write(`${figureTable(found)}\n\n`)
}

const manyConnections = connectionFigures([1, 50, 200], { plan: "pro", users: 100_000, userGroups: 300 })

const shared = databaseFigures([1, 2, 4], Number(flags.workspaces), {
  plan: "business-plus",
  users: Number(flags.people),
  userGroups: 300,
  idpGroups: 200,
})

/** Calls, time and memory. */
const measureAll = async (): Promise<void> => {
  for (const users of [1_000, 10_000, 100_000]) add(await proFigures(users))
  add(await businessPlusFigures({ users: 10_000, userGroups: 300, idpGroups: 200 }))
  add(await businessPlusFigures({ users: 100_000, userGroups: 300, idpGroups: 200 }))
  add(await provisioningFigures())
  add(await startUpFigures())
  const large = { users: 100_000, userGroups: 300, mostMegabytes: 200 }
  add(await Effect.runPromise(syncFigures({ plan: "pro", ...large, mostSeconds: 12 })))
  add(await Effect.runPromise(syncFigures({ plan: "business-plus", ...large, idpGroups: 200, mostSeconds: 18 })))
  add(await Effect.runPromise(workerFigures({ plan: "business-plus", ...large, idpGroups: 200, mostMegabytes: 240 })))
  add(await Effect.runPromise(manyConnections))
  if (hasPostgres) add(await Effect.runPromise(shared))
  else
    process.stderr.write(
      "Workers that share a database are not measured: there is no PostgreSQL (.ci/postgres fetches one).\n\n",
    )
  add(await Effect.runPromise(explorerFigures(flags.million ? 1_000_000 : 100_000)))
  if (flags.million) {
    add(await Effect.runPromise(syncFigures({ plan: "pro", users: 1_000_000, userGroups: 300, mostMegabytes: 220 })))
  }
}

const measureFigures = async (): Promise<ReadonlyArray<Figure & { readonly reached: boolean }>> => {
  if (flags.only === "connections" || flags.only === "database") {
    add(await Effect.runPromise(flags.only === "database" ? shared : manyConnections))
    return figures.map((figure) => ({ ...figure, reached: isReached(figure) }))
  }
  const files = await Effect.runPromise(fileFigures)
  add(files.figures)
  if (flags.files) {
    for (const { run, files: passed } of files.passed) {
      process.stderr.write(`${passed.map((file) => `${run} ${file}`).join("\n")}\n`)
    }
  } else await measureAll()
  return figures.map((figure) => ({ ...figure, reached: isReached(figure) }))
}

const measureAgainst = async (reference: string) => {
  const { peer, viewer, only, people } = flags
  const report = (compared: Compared) => process.stderr.write(`${comparedTable([compared]).split("\n")[2]}\n`)
  const against = { reference, peer, viewer, only, people: Number(people), report }
  const { compared, servedInSeconds } = await Effect.runPromise(againstFigures(against))
  process.stderr.write(
    `\n${comparedTable(compared)}\n\nThe recorded Slack and the bench itself took ${servedInSeconds.toFixed(1)} s of processor time.\n`,
  )
  return compared.map((one) => ({ ...one, reached: isWithin(one) }))
}

const measured = flags.against === undefined ? await measureFigures() : await measureAgainst(flags.against)
process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`)
process.exitCode = measured.every(({ reached }) => reached) ? 0 : 1
