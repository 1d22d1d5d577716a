// Closes a campaign: compares what is to be removed with a newer sync, and writes down what the command can do, what people have to
// do, and what is done already.
import { basename } from "node:path"
import type { AccessReader } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import { Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import { isDisabling, refuseClosed } from "./Campaign.ts"
import type { Disposition, EventOf, ReadSync } from "./CampaignEvent.ts"
import { describeFile } from "./CampaignFolder.ts"
import { changeCampaign } from "./changeCampaign.ts"
import { readSyncOf } from "./checkPopulation.ts"
import type { Reading } from "./earlierSyncs.ts"
import { goneBetween, syncsBefore } from "./earlierSyncs.ts"
import type { Item } from "./Item.ts"
import { writeLists } from "./removalLists.ts"
import { isGone } from "./removalStates.ts"
import { refuse } from "./ReviewError.ts"
import type { FoundItem } from "./standingsIn.ts"
import { refuseOtherSync, standingsIn } from "./standingsIn.ts"

/** What the connector of the workspace can change. */
export interface Abilities {
  /** The resource types whose entitlements it revokes. */
  readonly revokes: ReadonlyArray<string>
  /** Whether it disables accounts. */
  readonly disables: boolean
}

/** How a campaign is to be closed. */
export interface CloseRequest {
  /** The newer `.c1z` file. */
  readonly file: string
  /** What becomes of items without an answer. */
  readonly openItems: "refuse" | "exception" | "remove"
  /** Why open or changed items are closed all the same. */
  readonly reason?: string | undefined
  readonly abilities: Abilities
  readonly reading: Reading
  /** Until when removals are to be done; a date. The campaign's own where it is left out. */
  readonly removeBy?: string | undefined
  /** Who does what no command can do, by any name; whoever reviewed the item where it is left out. */
  readonly owner?: string | undefined
  /** The folder of an archive, of which the syncs since the freeze tell what was gone and granted again. */
  readonly archive?: string | undefined
}

/** Items that an error names. */
const mostNamed = 5

type Decided = EventOf<"closed">["dispositions"][number]

/** Closes it, and tells what was written into the log. Fails, and changes nothing, while items are open or have changed. */
export const closeCampaign = (path: string, request: CloseRequest) =>
  changeCampaign(
    path,
    Effect.fnUntraced(function* (campaign) {
      yield* refuseClosed(campaign)
      const { started } = campaign
      // What costs least is asked first.
      const open = [...campaign.items.keys()].filter((item) => !campaign.answers.has(item))
      if (open.length > 0 && request.openItems === "refuse") return yield* stillOpen(open)
      if (open.length > 0 && isEmpty(request.reason)) {
        return yield* noReason(open.length === 1 ? "1 open item is closed" : `${open.length} open items are closed`)
      }
      const access = yield* openAccess(request.file, { ...request.reading, privileged: started.privileged })
      const sync = yield* readSyncOf(access, yield* describeFile(request.file, basename(request.file)))
      const after = { instant: started.sync.endedAt, what: "the sync that the campaign reviews had ended" }
      yield* refuseOtherSync(access, sync, started.sync, after)
      const going = [...campaign.items.values()].filter((item) => isToRemove(campaign, item, request.openItems))
      const standings = yield* standingsIn(access, [...campaign.items.values()], isDisabling(campaign))
      const found = yield* withRegrants(campaign, sync, going, standings, request)
      const changed = going.flatMap(({ item }) => {
        const now = found.get(item)
        const isSettled = now === undefined || now.changed.length === 0 || isConfirmed(campaign, item, sync.startedAt)
        return isSettled ? [] : [[item, now] as const]
      })
      if (changed.length > 0 && isEmpty(request.reason)) return yield* changedSince(campaign, changed)
      const unconfirmed = new Set(changed.map(([item]) => item))
      const dispositions = yield* Effect.forEach(campaign.items.values(), (item) =>
        Effect.map(handWork(campaign, access, item, request), (byHand) =>
          decide(campaign, item, found.get(item.item), unconfirmed.has(item.item), request, byHand),
        ),
      )
      return {
        _tag: "closed" as const,
        sync,
        openItems: request.openItems,
        reason: request.reason ?? null,
        removeBy: request.removeBy ?? null,
        dispositions,
        files: yield* writeLists(campaign, dispositions, {
          due: request.removeBy ?? campaign.due,
          owner: request.owner,
        }),
      }
    }),
  )

/** What was gone in a sync between the freeze and the newer one, and is there now, was granted again. */
const withRegrants = Effect.fnUntraced(function* (
  { started }: Campaign,
  sync: ReadSync,
  items: ReadonlyArray<Item>,
  found: ReadonlyMap<number, FoundItem>,
  { archive, reading }: CloseRequest,
) {
  if (archive === undefined) return found
  const there = items.filter(({ item }) => found.get(item)?.standing === "there")
  const since = (yield* syncsBefore(archive, sync)).filter(
    ({ startedAt, endedAt }) => Date.parse(startedAt ?? endedAt) > Date.parse(started.sync.endedAt),
  )
  const gone = yield* goneBetween(since, there, reading)
  return new Map(
    [...found].map(([item, it]) => {
      const date = gone.get(item)
      const words = `it was gone in the sync of ${date ?? ""}, and was granted again`
      return [item, date === undefined ? it : { ...it, changed: [...it.changed, words] }]
    }),
  )
})

const isEmpty = (text: string | undefined): boolean => text === undefined || text.trim() === ""

/** Whether the item is to be taken away, so that it matters how it stands. */
export const isToRemove = (
  { answers }: Campaign,
  { item }: Item,
  openItems: EventOf<"closed">["openItems"],
): boolean => {
  const answer = answers.get(item)
  return answer === undefined ? openItems === "remove" : answer.decision !== "keep"
}

/** An answer that came after the newer sync began was given with the change in sight. */
const isConfirmed = ({ answers }: Campaign, item: number, startedAt: string): boolean =>
  Date.parse(answers.get(item)?.at ?? "") > Date.parse(startedAt)

/** Why people have to disable the account of an item that is to go with it; nothing where a command can, or nobody has to. */
const handWork = Effect.fnUntraced(function* (
  { answers }: Campaign,
  access: AccessReader,
  { item, account: { type, id } }: Item,
  { abilities }: CloseRequest,
) {
  if (answers.get(item)?.decision !== "disable") return undefined
  const held = yield* access.held({ resourceType: type, resource: id }, access.meanings.types)
  const first = access.meanings.firstToDisable(held.map(({ entitlement }) => entitlement))
  return first ?? (abilities.disables ? undefined : "")
})

const decide = (
  { answers }: Campaign,
  item: Item,
  found: FoundItem | undefined,
  isUnconfirmed: boolean,
  { openItems, reason = "", abilities }: CloseRequest,
  byHand: string | undefined,
): Decided => {
  const answer = answers.get(item.item)
  const of = (disposition: Disposition, note: string): Decided => ({ item: item.item, disposition, note })
  const isGoneNow = isGone(found?.standing)
  if (answer?.decision === "keep") return of(isGoneNow ? "keptGone" : "kept", answer.comment)
  if (answer === undefined && openItems !== "remove") return of("exception", `No decision was made: ${reason}`)
  if (isGoneNow) return of("gone", "It is gone since the campaign began.")
  if (isUnconfirmed) return of("exception", `Changed since, ${found?.changed.join("; ") ?? ""}: ${reason}`)
  if (answer?.decision === "disable") {
    if (byHand === undefined) return of("disable", answer.comment)
    return of("worklist", [byHand, answer.comment].filter((text) => text !== "").join(" "))
  }
  if (answer?.decision === "change") return of("worklist", answer.comment)
  const note = answer?.comment ?? `No decision was made: ${reason}`
  return abilities.revokes.includes(item.resource.type) && !item.immutable ? of("revoke", note) : of("worklist", note)
}

const named = (items: ReadonlyArray<number>): string => {
  const more = items.length > mostNamed ? ` and ${items.length - mostNamed} more` : ""
  return `${items.slice(0, mostNamed).join(", ")}${more}`
}

const stillOpen = (open: ReadonlyArray<number>) =>
  refuse(
    "OutOfOrder",
    `${open.length} ${open.length === 1 ? "item has" : "items have"} no decision: ${named(open)}.`,
    "Import the answers, or say what becomes of them with --open-items and --reason.",
  )

const noReason = (what: string) => refuse("OutOfOrder", `There is no reason why ${what}.`, "Say why, with --reason.")

const changedSince = (campaign: Campaign, changed: ReadonlyArray<readonly [number, FoundItem]>) => {
  const list = changed.slice(0, mostNamed).map(([item, { changed: what }]) => {
    const found = campaign.items.get(item)
    return `item ${item} (${found?.account.name ?? ""}, reviewed by ${campaign.reviewerOf.get(item) ?? ""}): ${what.join(", ")}`
  })
  const more = changed.length > mostNamed ? [`and ${changed.length - mostNamed} more`] : []
  return refuse(
    "OutOfOrder",
    `What is to be removed has changed since the campaign began:\n${[...list, ...more].join("\n")}`,
    "Have the reviewers answer these again and import that, or close them as exceptions with --reason.",
  )
}
