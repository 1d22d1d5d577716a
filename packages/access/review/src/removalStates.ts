// How far each removal has come: what the syncs since the close show, and what people have recorded.
import type { Campaign } from "./Campaign.ts"
import { daysOver, eventsOf, removalDue, removalsOf } from "./Campaign.ts"
import type { Decision, Standing } from "./CampaignEvent.ts"
import type { Item } from "./Item.ts"
import type { RemovalProgress } from "./words.ts"

/** A removal and how far it has come. */
export interface RemovalState {
  readonly item: number
  /** What is to be done; an item without a decision is removed. */
  readonly decision: Decision
  /** How the last verification found it; nothing before the first. */
  readonly standing: Standing | undefined
  /** Each standing that differs from the one before, with when it was found. */
  readonly seen: ReadonlyArray<{ readonly at: string; readonly standing: Standing }>
  /**
   * `gone`: the last sync shows it. `byHand`: a change that people have recorded, as no sync shows it. `accepted`: it stays for a reason.
   * `open`: still there, back again, inherited, not seen, or not verified yet.
   */
  readonly state: RemovalProgress
}

/** Whether the standing is that of a removal which is done. */
export const isGone = (standing: Standing | undefined): boolean => standing?.startsWith("gone") === true

/** How a change stands of which no sync has told anything. */
const notShown: ReadonlySet<Standing | undefined> = new Set([undefined, "notShown", "notKnown"])

/** Every removal. What was accepted or recorded before it was gone says nothing of its return. */
export const removalStates = (campaign: Campaign): ReadonlyArray<RemovalState> => {
  const accepted = new Set<number>()
  const byHand = new Set<number>()
  const seen = new Map<number, Array<RemovalState["seen"][number]>>()
  for (const { at, event } of campaign.log.lines) {
    if (event._tag === "remediated") {
      for (const item of event.items) (event.accepted ? accepted : byHand).add(item)
    }
    if (event._tag === "verified") {
      for (const { item, standing } of event.standings) {
        const before = seen.get(item) ?? []
        if (before.at(-1)?.standing !== standing) seen.set(item, [...before, { at, standing }])
        if (!isGone(standing)) continue
        accepted.delete(item)
        byHand.delete(item)
      }
    }
  }
  return removalsOf(campaign).map(({ item }) => {
    const found = seen.get(item) ?? []
    const standing = found.at(-1)?.standing
    const decision = campaign.answers.get(item)?.decision ?? "remove"
    const isRecorded = decision === "change" && byHand.has(item) && notShown.has(standing)
    const state = isGone(standing) ? "gone" : isRecorded ? "byHand" : accepted.has(item) ? "accepted" : "open"
    return { item, decision, standing, seen: found, state }
  })
}

/** The removals that are neither done nor accepted. */
export const openRemovals = (campaign: Campaign): ReadonlyArray<RemovalState> =>
  removalStates(campaign).filter(({ state }) => state === "open")

/** How many removals have come how far. */
export const removalFigures = (campaign: Campaign): Readonly<Record<RemovalProgress, number>> => {
  const states = removalStates(campaign)
  const count = (wanted: RemovalProgress) => states.filter(({ state }) => state === wanted).length
  return { gone: count("gone"), byHand: count("byHand"), accepted: count("accepted"), open: count("open") }
}

/** The removals that an earlier sync showed as done, the one of the close included. */
export const goneBefore = (campaign: Campaign): ReadonlySet<number> =>
  new Set([
    ...removalsOf(campaign).flatMap(({ item, disposition }) => (disposition === "gone" ? [item] : [])),
    ...eventsOf(campaign, "verified").flatMap(({ standings }) =>
      standings.flatMap(({ item, standing }) => (isGone(standing) ? [item] : [])),
    ),
  ])

/** A removal that is not done, with what it is and for how many days it has been due; `now` is an instant. */
export const overdueRemovals = (
  campaign: Campaign,
  now: string,
): ReadonlyArray<
  RemovalState & { readonly of: Item | undefined; readonly due: string; readonly daysOverdue: number }
> =>
  openRemovals(campaign).map((removal) => {
    const due = removalDue(campaign, removal.item)
    return { ...removal, of: campaign.items.get(removal.item), due, daysOverdue: daysOver(due, now) }
  })
