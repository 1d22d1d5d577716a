// What happened in a campaign, in words, a row for each line of its log: for the report, and for what came after a sign-off.
import type { Campaign } from "./Campaign.ts"
import type { CampaignEvent, EventOf } from "./CampaignEvent.ts"
import type { LogLine } from "./CampaignLog.ts"
import { standingWords } from "./words.ts"

/** Items that a sentence names. */
const mostNamed = 20

/** What an event is, in a sentence without a full stop. */
export const eventWords = (event: CampaignEvent): string => {
  switch (event._tag) {
    case "started":
      return `started, due on ${event.due}`
    case "imported": {
      const files = event.files.map(
        ({ file, reviewer, answers, late }) =>
          `${file.name} of ${reviewer.email}${late ? ", late" : ""}: ${answers.length}`,
      )
      return `answers imported, ${howReceived(event.receivedFrom)}: ${files.join("; ")}`
    }
    case "assigned":
      return `${itemsNamed(event.items)} assigned to ${event.to.email}: ${event.reason}`
    case "extended":
      return `${event.items.length === 0 ? "the campaign" : itemsNamed(event.items)} due on ${event.due}: ${event.reason}`
    case "reminded":
      return `${event.reviewers.join(", ")} reminded: ${event.reason}`
    case "closed":
      return `closed with the sync of ${event.sync.startedAt}${event.reason === null ? "" : `: ${event.reason}`}`
    case "remediated":
      return `${itemsNamed(event.items)} ${event.accepted ? "accepted" : "recorded as done by hand"}: ${event.reason}`
    case "verified":
      return `removals verified in the sync of ${event.sync.startedAt} (SHA-256 of the file: ${event.sync.file.sha256}): ${standingsNamed(event)}`
    case "signedOff":
      return `signed off by ${event.as}, ${event.role}`
  }
}

/** How a verification found the removals. */
const standingsNamed = ({ standings }: EventOf<"verified">): string => {
  const found = [...Map.groupBy(standings, ({ standing }) => standing)].map(
    ([standing, of]) => `${itemsNamed(of.map(({ item }) => item))} ${standingWords[standing]}`,
  )
  return found.length === 0 ? "there were none" : found.join("; ")
}

/** How a file came, as whoever imported it told. */
const howReceived = (from: string | null): string =>
  from === null ? "received from: not stated" : `received from: ${from}`

/** Items by number, the first of many. */
export const itemsNamed = (items: ReadonlyArray<number>): string => {
  const more = items.length > mostNamed ? ` and ${items.length - mostNamed} more` : ""
  return `${items.length === 1 ? "item" : "items"} ${items.slice(0, mostNamed).join(", ")}${more}`
}

/** The lines after the last sign-off: whoever signed has not seen them. Nothing where nobody has signed off. */
export const afterSignOff = ({ log: { lines } }: Pick<Campaign, "log">): ReadonlyArray<LogLine> => {
  const last = lines.findLastIndex(({ event }) => event._tag === "signedOff")
  return last < 0 ? [] : lines.slice(last + 1)
}
