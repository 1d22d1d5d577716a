// `pnpm bench`: measures, prints a table on stderr and JSON on stdout, and ends with 1 when a figure is missed. `--files` measures
// only the files that are passed through, and names them.
import { Effect } from "effect"
import { businessPlusFigures } from "./businessPlusFigures.ts"
import { explorerFigures } from "./explorerFigures.ts"
import type { Figure } from "./Figure.ts"
import { figureTable, isReached } from "./Figure.ts"
import { fileFigures } from "./fileFigures.ts"
import { proFigures } from "./proFigures.ts"
import { provisioningFigures } from "./provisioningFigures.ts"
import { syncFigures } from "./syncFigures.ts"
import { startUpFigures } from "./startUpFigures.ts"
import { workerFigures } from "./workerFigures.ts"

const figures: Array<Figure> = []
const add = (found: ReadonlyArray<Figure>): void => {
  figures.push(...found)
  process.stderr.write(`${figureTable(found)}\n\n`)
}

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
  const million = process.argv.includes("--million")
  add(await Effect.runPromise(explorerFigures(million ? 1_000_000 : 100_000)))
  if (million) {
    add(await Effect.runPromise(syncFigures({ plan: "pro", users: 1_000_000, userGroups: 300, mostMegabytes: 220 })))
  }
}

const files = await Effect.runPromise(fileFigures)
add(files.figures)
if (process.argv.includes("--files")) {
  for (const { run, files: passed } of files.passed) {
    process.stderr.write(`${passed.map((file) => `${run} ${file}`).join("\n")}\n`)
  }
} else await measureAll()

process.stdout.write(
  `${JSON.stringify(
    figures.map((figure) => ({ ...figure, reached: isReached(figure) })),
    null,
    2,
  )}\n`,
)
process.exitCode = figures.every(isReached) ? 0 : 1
