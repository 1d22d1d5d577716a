// Two programs that do the same, run in turn on one machine, and how much the first takes of what the second takes.
import type { Program, Taken } from "./measuredProgram.ts"
import { measureProgram } from "./measuredProgram.ts"

/** What to compare, and what it should be at most. */
export interface Comparison {
  readonly name: string
  /** Processor time of all processes, if nothing else is said. */
  readonly by?: "processorSeconds" | "seconds" | undefined
  readonly ours: Program
  readonly other: Program
  readonly pairs: number
  /** The most that the median of the ratios may be. */
  readonly atMost?: number | undefined
  /** The most that ours may have at its peak, in MB. */
  readonly mostMegabytes?: number | undefined
}

/** How it came out. Ratios and seconds are medians, with the least and the most in `range`. */
export interface Compared {
  readonly name: string
  readonly by: "processorSeconds" | "seconds"
  readonly pairs: number
  readonly ratio: number
  readonly range: readonly [least: number, most: number]
  readonly seconds: { readonly ours: number; readonly other: number }
  readonly megabytes: { readonly ours: number; readonly other: number }
  readonly atMost?: number | undefined
  readonly mostMegabytes?: number | undefined
}

/** Runs both in turn, so many times, each time the other first: what happens on the machine meanwhile meets both alike. */
export const compare = async (comparison: Comparison): Promise<Compared> => {
  const { name, by = "processorSeconds", ours, other, pairs, atMost, mostMegabytes } = comparison
  // The first run of either reads files that no run before has read.
  await measureProgram(other)
  await measureProgram(ours)
  const taken: Array<{ readonly ours: Taken; readonly other: Taken }> = []
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? await measureProgram(ours) : undefined
    const others = await measureProgram(other)
    taken.push({ ours: first ?? (await measureProgram(ours)), other: others })
  }
  const ratios = taken.map((pair) => pair.ours[by] / pair.other[by])
  const medians = (figure: keyof Taken) => ({
    ours: median(taken.map((pair) => pair.ours[figure])),
    other: median(taken.map((pair) => pair.other[figure])),
  })
  return {
    name,
    by,
    pairs,
    ratio: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
    seconds: medians(by),
    megabytes: medians("peakMegabytes"),
    atMost,
    mostMegabytes,
  }
}

const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  const high = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  return (low + high) / 2
}

/** Whether it is within its bounds. */
export const isWithin = ({ ratio, atMost = ratio, megabytes, mostMegabytes = megabytes.ours }: Compared): boolean =>
  ratio <= atMost && megabytes.ours <= mostMegabytes

/** A row of Markdown for each. */
export const comparedTable = (compared: ReadonlyArray<Compared>): string =>
  [
    "| figure | ratio (range) | at most | s | of | MB | of | |",
    "|---|---|---|---|---|---|---|---|",
    ...compared.map((one) => {
      const { name, by, ratio, range, seconds, megabytes, atMost, mostMegabytes } = one
      const cells = [
        `${name}${by === "seconds" ? ", by the clock" : ""}`,
        `**${rounded(ratio)}** (${range.map(rounded).join("–")}, ${one.pairs} pairs)`,
        [atMost === undefined ? "" : rounded(atMost), mostMegabytes === undefined ? "" : `${mostMegabytes} MB`]
          .filter(Boolean)
          .join(", "),
        rounded(seconds.ours),
        rounded(seconds.other),
        String(Math.round(megabytes.ours)),
        String(Math.round(megabytes.other)),
        isWithin(one) ? "" : "MISSED",
      ]
      return `| ${cells.join(" | ")} |`
    }),
  ].join("\n")

const rounded = (value: number): string => value.toFixed(value < 10 ? 3 : 1)
