// The figures of a report, as the program and the script of the page know them. Without imports, so that both can have them.

/** A number that the sync may not show: what was seen of it, and why there may be more. */
export interface Figure {
  readonly seen: number
  /** `null` where it is known. */
  readonly why: string | null
  /** The most that it can be, where it is only not known of so many accounts; else `null`. */
  readonly most: number | null
}

/** Invitations that are open for so many days are long open. */
export const longOpenDays = 30

/** The figures and what they are called, in the order of a summary. */
export const figureTitles = {
  accounts: "Accounts",
  enabled: "Enabled",
  /** Disabled or deleted. */
  disabled: "Disabled",
  /** Owners, admins and whoever else holds a privileged entitlement. */
  privileged: "Owners and admins",
  guests: "Guests",
  /** Bots, service and system accounts. */
  bots: "Bots",
  invited: "Invitations",
  invitedLong: `Invitations open for ${longOpenDays} days or more`,
  /** Disabled accounts that hold something beyond what they are and where they belong. */
  disabledHolding: "Disabled accounts that still hold something",
  /** Accounts of people in use that have no second factor. */
  withoutMfa: "Without a second factor",
  groups: "Groups",
  /** Accounts that hold something of which an end is known. */
  ending: "Accounts with access that ends",
} as const
export type FigureName = keyof typeof figureTitles

/** The figures of a report; which access ends is in no sync, and so not in every report. */
export type ReportFigures = Readonly<Record<Exclude<FigureName, "ending">, Figure>> & {
  readonly ending?: Figure
}

/** The figures with their titles. */
export const titledFigures = (figures: ReportFigures): ReadonlyArray<readonly [title: string, figure: Figure]> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of a record.
  (Object.keys(figureTitles) as ReadonlyArray<FigureName>).flatMap((name) => {
    const figure = figures[name]
    return figure === undefined ? [] : [[figureTitles[name], figure]]
  })

/** Whether so many were seen, and how many more there are is not known. */
export const isSeenInPart = ({ seen, why, most }: Figure): boolean => why !== null && most === null && seen > 0

/** A figure as text: a number, `121 to 123`, or `unknown (121 seen)`. Never 0 where it is not known. */
export const figureText = (figure: Figure): string =>
  isSeenInPart(figure) ? `unknown (${grouped(figure.seen)} seen)` : shortFigure(figure)

/** The same without what was seen of an unknown one. */
export const shortFigure = ({ seen, why, most }: Figure): string => {
  if (why === null) return grouped(seen)
  return most === null ? "unknown" : `${grouped(seen)} to ${grouped(most)}`
}

const grouped = (value: number): string => value.toLocaleString("en")
