// One measured figure beside what it should reach, and how figures are printed.

/** A measured figure. */
export interface Figure {
  readonly name: string
  readonly measured: number
  /** The most it may be. */
  readonly atMost: number
  readonly unit: string
}

/** Whether a figure is reached. */
export const isReached = (figure: Figure): boolean => figure.measured <= figure.atMost

/** Figures as a table for people. */
export const figureTable = (figures: ReadonlyArray<Figure>): string => {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.measured)} ${figure.unit}`,
    `${round(figure.atMost)} ${figure.unit}`,
    isReached(figure) ? "reached" : "MISSED",
  ])
  const all = [["figure", "measured", "at most", ""], ...rows]
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

const round = (value: number): string => String(Math.round(value * 100) / 100)
