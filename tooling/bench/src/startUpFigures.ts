// How soon the command answers.
import { bundledCommand } from "./bundle.ts"
import type { Figure } from "./Figure.ts"
import { measureNode } from "./measuredProcess.ts"

const runs = 9

/** The median of several starts of `rollcall --help`. */
export const startUpFigures = async (): Promise<ReadonlyArray<Figure>> => {
  const command = bundledCommand()
  const times: Array<number> = []
  for (let run = 0; run < runs; run++) times.push((await measureNode([command, "--help"])).milliseconds)
  const median = times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN
  return [{ name: "rollcall --help", measured: median, unit: "ms", atMost: 150 }]
}
