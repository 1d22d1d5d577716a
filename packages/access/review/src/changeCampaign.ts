// What a campaign's owner changes on its way, each with a reason: who reviews, until when; and that somebody was reminded.
import { Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import { openCampaign, refuseClosed, removalDue, removalsOf } from "./Campaign.ts"
import type { CampaignEvent, EventOf, Reviewer } from "./CampaignEvent.ts"
import { campaignFolder, lockCampaign, record } from "./CampaignFolder.ts"
import { itemsNamed } from "./eventWords.ts"
import { removalStates } from "./removalStates.ts"
import { foldAddress, isAddress } from "./Reviewers.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"

/** Opens a campaign for a change, and records the event that the change makes of it; other commands wait meanwhile. */
export const changeCampaign = Effect.fnUntraced(function* <E extends CampaignEvent, Error, R>(
  path: string,
  change: (campaign: Campaign) => Effect.Effect<E, Error, R>,
) {
  yield* openCampaign(path)
  yield* lockCampaign(campaignFolder(path))
  const campaign = yield* openCampaign(path)
  const event = yield* change(campaign)
  yield* record(campaign.folder, campaign.log, event)
  return event
}, Effect.scoped)

/** Who gets items; a name and a role that are left out are those that the campaign knows. */
export interface NewReviewer extends Pick<Reviewer, "email"> {
  readonly name?: string | undefined
  readonly role?: string | undefined
}

/**
 * Items go to another reviewer, who is not the account itself; answers that were given to them count no more. Those that are the
 * reviewer's already are left as they are.
 */
export const assignItems = (path: string, numbers: ReadonlyArray<number>, to: NewReviewer, reason: string) =>
  changeCampaign(
    path,
    Effect.fnUntraced(function* (campaign) {
      yield* refuseClosed(campaign)
      yield* needReason(reason)
      const email = foldAddress(to.email)
      if (!isAddress(email)) return yield* refuse("OutOfOrder", `${to.email} is no e-mail address.`, "Name a reviewer.")
      for (const number of yield* knownItems(campaign, numbers)) {
        const account = campaign.items.get(number)?.account
        if ([...(account?.emails ?? []), account?.id ?? ""].map(foldAddress).includes(email)) {
          const what = `Item ${number} is about the account of ${email}, and nobody reviews their own access.`
          return yield* refuse("OutOfOrder", what, "Name somebody else.")
        }
      }
      const items = [...new Set(numbers)].filter((number) => campaign.reviewerOf.get(number) !== email)
      if (items.length === 0) {
        const what = `${email} reviews ${numbers.length === 1 ? "this item" : "these items"} already.`
        return yield* refuse(
          "OutOfOrder",
          what,
          "`rollcall review extend` gives more time, and a later file corrects answers.",
        )
      }
      const known = campaign.reviewers.get(email)
      const who = { email, name: to.name ?? known?.name ?? "", role: to.role ?? known?.role ?? "" }
      return { _tag: "assigned" as const, items, to: who, reason }
    }),
  )

/** What an assignment changed in the campaign that was before it. */
export const assignmentOf = ({ answers, reviewers }: Campaign, { items, to }: EventOf<"assigned">) => ({
  /** Items of which an answer counts no more. */
  dropped: items.filter((item) => answers.has(item)),
  /** Whether nobody knew the reviewer, whose address may be misspelt. */
  isNew: !reviewers.has(to.email),
})

/** The campaign is due later, or earlier; or, once it has closed, these removals are. */
export const extendCampaign = (path: string, due: string, reason: string, removals: ReadonlyArray<number> = []) =>
  changeCampaign(
    path,
    Effect.fnUntraced(function* (campaign) {
      if (removals.length === 0 && campaign.closed !== undefined) return yield* onlyRemovals(campaign)
      yield* needReason(reason)
      const items = removals.length === 0 ? [] : yield* removalsAmong(campaign, removals)
      const before = items.length === 0 ? [campaign.due] : items.map((item) => removalDue(campaign, item))
      if (before.every((date) => date === due)) {
        const what = items.length === 0 ? "The campaign is" : items.length === 1 ? "The removal is" : "The removals are"
        return yield* refuse("OutOfOrder", `${what} due on ${due} already.`, "Give another date with --due.")
      }
      return { _tag: "extended" as const, due, reason, items }
    }),
  )

const onlyRemovals = ({ folder }: Campaign) =>
  refuse(
    "OutOfOrder",
    `The campaign in ${folder.path} has been closed, so no more answers are due.`,
    "--items gives single removals another date; `rollcall review status` lists those that are open.",
  )

/** Reviewers are reminded, by whoever sends the texts. */
export const remindReviewers = (path: string, reviewers: ReadonlyArray<string>, reason: string) =>
  changeCampaign(
    path,
    Effect.fnUntraced(function* (campaign) {
      yield* refuseClosed(campaign)
      yield* needReason(reason)
      return { _tag: "reminded" as const, reviewers, reason }
    }),
  )

/** What was done by hand about items that the campaign closed, or why they stay as they are. */
export const remediateItems = (path: string, numbers: ReadonlyArray<number>, reason: string, accepted: boolean) =>
  changeCampaign(
    path,
    Effect.fnUntraced(function* (campaign) {
      yield* needReason(reason)
      const items = yield* removalsAmong(campaign, numbers)
      if (accepted) yield* refuseGone(campaign, items)
      return { _tag: "remediated" as const, items, reason, accepted }
    }),
  )

/** What is gone already stays as it is for no reason: an acceptance in advance would cover its return. */
const refuseGone = (campaign: Campaign, numbers: ReadonlyArray<number>): Effect.Effect<void, ReviewError> => {
  const goneAtClose = new Set(removalsOf(campaign).flatMap((it) => (it.disposition === "gone" ? [it.item] : [])))
  const gone = removalStates(campaign).flatMap(({ item, state, standing }) =>
    numbers.includes(item) && (state === "gone" || (standing === undefined && goneAtClose.has(item))) ? [item] : [],
  )
  if (gone.length === 0) return Effect.void
  const what = `${itemsNamed(gone)} ${gone.length === 1 ? "is" : "are"} gone, so nothing is left to accept.`
  const hint = "Leave it out. If it comes back, `rollcall review verify` shows that, and it can be accepted then."
  return refuse("OutOfOrder", `${what.charAt(0).toUpperCase()}${what.slice(1)}`, hint)
}

/** The numbers, each once, where all of them are items that the campaign removes. */
const removalsAmong = Effect.fnUntraced(function* (campaign: Campaign, numbers: ReadonlyArray<number>) {
  if (campaign.closed === undefined) {
    const what = "The campaign has not been closed, so there is nothing to remove yet."
    return yield* refuse("OutOfOrder", what, "`rollcall review close` says what is to be done.")
  }
  const removed = new Set(removalsOf(campaign).map(({ item }) => item))
  const known = yield* knownItems(campaign, numbers)
  const others = known.filter((number) => !removed.has(number))
  if (others.length === 0) return known
  const what = `Nothing is to be removed of item ${others.join(", ")}.`
  return yield* refuse("OutOfOrder", what, "`rollcall review verify` names the removals that are not done.")
})

const needReason = (reason: string): Effect.Effect<void, ReviewError> =>
  reason.trim() === "" ? refuse("OutOfOrder", "There is no reason.", "Say why, with --reason.") : Effect.void

/** The numbers, each once, where all of them are items. */
const knownItems = (
  { items }: Campaign,
  numbers: ReadonlyArray<number>,
): Effect.Effect<ReadonlyArray<number>, ReviewError> => {
  const unknown = numbers.filter((number) => !items.has(number))
  if (numbers.length > 0 && unknown.length === 0) return Effect.succeed([...new Set(numbers)])
  return refuse(
    "OutOfOrder",
    numbers.length === 0 ? "No item is named." : `The campaign has no item ${unknown.join(", ")}.`,
    `Its items are numbered from 1 to ${items.size}.`,
  )
}
