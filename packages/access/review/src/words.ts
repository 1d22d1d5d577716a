// What the codes of the log are called where people read them.
import type { Disposition, Standing } from "./CampaignEvent.ts"

/** How a removal stands. */
export const standingWords: Readonly<Record<Standing, string>> = {
  there: "still there",
  inherited: "still held through a group",
  gone: "gone",
  goneWithAccount: "gone with its account",
  goneWithResource: "gone with what it was on",
  cameBack: "came back",
  notShown: "not known, as no sync shows such a change",
  notKnown: "not known, as the sync could not see it",
}

/** What became of an item. */
export const dispositionWords: Readonly<Record<Disposition, string>> = {
  kept: "kept",
  keptGone: "kept, gone since",
  revoke: "to revoke",
  disable: "account to disable",
  worklist: "to do by hand",
  gone: "gone already",
  exception: "exception",
}

/** How far a removal has come. */
export type RemovalProgress = "gone" | "byHand" | "accepted" | "open"

export const progressWords: Readonly<Record<RemovalProgress, string>> = {
  gone: "gone",
  byHand: "change recorded by hand, not verified",
  accepted: "accepted",
  open: "open",
}

/** How many removals have come how far. */
export const progressFigures = ({ gone, byHand, accepted, open }: Readonly<Record<RemovalProgress, number>>): string =>
  [
    `${gone} gone`,
    ...(byHand === 0 ? [] : [`${byHand} ${byHand === 1 ? "change" : "changes"} recorded by hand and not verified`]),
    `${accepted} accepted`,
    `${open} open`,
  ].join(", ")
