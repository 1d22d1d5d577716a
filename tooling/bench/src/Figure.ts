// One measured figure beside what it should be, and how figures are printed.

/** A measured figure. */
export interface Figure {
  readonly name: string
  readonly measured: number
  readonly unit: string
  /** What it should be: one of these, or neither where it only explains the others. */
  readonly atMost?: number
  readonly exactly?: number
}

/** Whether a figure is as it should be. */
export const isReached = ({ measured, atMost = measured, exactly = measured }: Figure): boolean =>
  measured <= atMost && measured === exactly

/** Figures as a table for people. */
export const figureTable = (figures: ReadonlyArray<Figure>): string => {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.measured)} ${figure.unit}`,
    boundText(figure),
    boundText(figure) === "" ? "" : isReached(figure) ? "reached" : "MISSED",
  ])
  const all = [["figure", "measured", "bound", ""], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}

const boundText = ({ atMost, exactly, unit }: Figure): string => {
  if (exactly !== undefined) return `exactly ${round(exactly)} ${unit}`
  return atMost === undefined ? "" : `at most ${round(atMost)} ${unit}`
}

const round = (value: number): string => String(Math.round(value * 100) / 100)
