// The steps after the answers: close, remediate, verify, sign off.
import type { Campaign, EventOf } from "@rollcall/review"
import {
  campaignStatus,
  closeCampaign,
  dispositionWords,
  eventsOf,
  openCampaign,
  overdueRemovals,
  progressFigures,
  remediateItems,
  removalFigures,
  signOff as signCampaign,
  verifyCampaign,
  wasReviewer,
} from "@rollcall/review"
import { Effect } from "effect"
import { join } from "node:path"
import { ExitWith } from "../errors.ts"
import { abilitiesOf } from "./abilities.ts"
import { readItemNumbers } from "./itemNumbers.ts"
import type { StepContext, SyncContext, Text } from "./stepContext.ts"
import {
  aDueDate,
  auditOf,
  contradictionWords,
  needed,
  now,
  openCode,
  openRemovalWords,
  plural,
  readingOf,
  shellWord,
  tell,
} from "./stepContext.ts"

/** `review close` */
export const close = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly openItems: "refuse" | "exception" | "remove"
    readonly reason: Text
    readonly removeBy: Text
    readonly owner: Text
  },
  context: SyncContext<"archive">,
) {
  const { file, archive } = context.settings
  const reading = yield* readingOf(context)
  const abilities = yield* abilitiesOf(file, reading)
  const { openItems, reason, owner } = own
  const removeBy = own.removeBy === undefined ? undefined : yield* aDueDate(own.removeBy, "--remove-by")
  const request = { file, openItems, reason, removeBy, owner, archive, abilities: abilities.can, reading }
  const event = yield* closeCampaign(own.campaign, request)
  const counts = Map.groupBy(event.dispositions, ({ disposition }) => disposition)
  const after = yield* openCampaign(own.campaign)
  const { items } = after
  const accounts = new Set((counts.get("disable") ?? []).map(({ item }) => items.get(item)?.account.id))
  const ofAccounts = (disposition: string) =>
    disposition === "disable" ? ` (${plural(accounts.size, "account")})` : ""
  const commands = commandsFor(own.campaign, event, abilities.disableCommand)
  const worklist = event.files.filter(({ name }) => name.includes("worklist"))
  yield* tell(context, { ...event, commands }, [
    `Closed, by item: ${[...counts].map(([disposition, of]) => `${of.length} ${dispositionWords[disposition]}${ofAccounts(disposition)}`).join(", ")}.`,
    ...contradictionWords(campaignStatus(after, yield* now)),
    ...commands.map(({ does, command }) => `${does}: \`${command}\``),
    ...worklist.map(({ name }) => `To do by hand: ${join(own.campaign, name)}`),
    `Then sync again, and \`rollcall review verify --campaign ${shellWord(own.campaign)}\`.`,
  ])
})

/** Removals that commands make without being told a number. */
const fewRemovals = 25

/** The commands that carry out what was decided; each shows what it would do until it is given --yes. */
const commandsFor = (campaign: string, { files, dispositions }: EventOf<"closed">, disable: string | undefined) => {
  const allow = (asked: "revoke" | "disable") => {
    const count = dispositions.filter(({ disposition }) => disposition === asked).length
    return count > fewRemovals ? ` --max-removals ${count}` : ""
  }
  return files.flatMap(({ name }) => {
    const path = shellWord(join(campaign, name))
    if (name.includes("revocations")) {
      return [{ does: "To revoke", command: `rollcall revoke --from ${path}${allow("revoke")} --yes` }]
    }
    return name.includes("disable") && disable !== undefined
      ? [{ does: "To disable", command: `rollcall actions run ${disable} --from ${path}${allow("disable")} --yes` }]
      : []
  })
}

/** `review remediate` */
export const remediate = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly items: Text; readonly accept: boolean; readonly reason: Text },
  context: StepContext,
) {
  const numbers = yield* readItemNumbers(own.items)
  const why = yield* needed(own.reason, "--reason", "'ticket 812'")
  const event = yield* remediateItems(own.campaign, numbers, why, own.accept)
  const after = yield* openCampaign(own.campaign)
  yield* tell(context, event, [
    `${own.accept ? "Accepted" : "Recorded"} for ${plural(event.items.length, "item")}.`,
    ...(own.accept
      ? []
      : [
          "It counts as done when `rollcall review verify` finds it gone in a newer sync. A change that no sync shows counts as recorded by hand, not verified; a role that a sync still shows was not changed.",
        ]),
    ...signedBefore(after),
  ])
})

/** `review verify` */
export const verify = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly exitCode: boolean },
  context: SyncContext<"audit-file">,
) {
  const { file } = context.settings
  const campaign = yield* openCampaign(own.campaign)
  const audit = yield* auditOf(context, campaign)
  const event = yield* verifyCampaign(own.campaign, file, yield* readingOf(context), audit.found?.lastChange)
  const after = yield* openCampaign(own.campaign)
  const open = overdueRemovals(after, yield* now)
  const { notReviewed, notReviewedFile } = event
  yield* tell(
    context,
    {
      ...event,
      open: open.map(({ item, decision, standing, due, daysOverdue }) => ({
        item,
        decision,
        standing,
        due,
        daysOverdue,
      })),
    },
    [
      `Removals: ${progressFigures(removalFigures(after))}.`,
      ...openRemovalWords(open),
      ...(audit.found === undefined && hasCommands(campaign)
        ? [
            `There is no audit log ${audit.path}: it is only known that the sync began after the close, not after the last removal. --audit-file names another one.`,
          ]
        : []),
      ...signedBefore(after),
      ...(notReviewedFile === null
        ? []
        : [
            `${plural(notReviewed, "grant")} in scope began after the freeze and ${notReviewed === 1 ? "was" : "were"} not reviewed: ${join(own.campaign, notReviewedFile.name)}`,
          ]),
      ...(open.length > 0
        ? []
        : [`Next: \`rollcall review sign-off --campaign ${shellWord(own.campaign)} --as NAME --role TEXT\``]),
    ],
  )
  if (own.exitCode && open.length > 0) return yield* new ExitWith({ code: openCode })
  return undefined
})

/** Whether commands were to make removals, which an audit log would tell. */
const hasCommands = ({ closed }: Campaign): boolean =>
  closed?.dispositions.some(({ disposition }) => disposition === "revoke" || disposition === "disable") === true

/** What is recorded after a sign-off is not covered by it. */
const signedBefore = (campaign: Campaign): ReadonlyArray<string> =>
  eventsOf(campaign, "signedOff").length === 0
    ? []
    : ["The campaign was signed off before. This is listed as what came after it, until it is signed off again."]

/** `review sign-off` */
export const signOff = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly as: Text; readonly role: Text; readonly email: Text; readonly key: Text },
  context: StepContext,
) {
  const as = yield* needed(own.as, "--as", "'Carol Smith'")
  const role = yield* needed(own.role, "--role", "'Head of audit'")
  const event = yield* signCampaign(own.campaign, { as, role, email: own.email, keyFile: own.key })
  yield* tell(context, event, [
    `Signed off by ${event.as}, ${event.role}${event.signed === null ? "" : ", with their key"}.`,
    ...(wasReviewer(yield* openCampaign(own.campaign), event)
      ? ["They were a reviewer of the campaign who answered nothing; the evidence says so."]
      : []),
    `Next: \`rollcall review evidence --campaign ${shellWord(own.campaign)} --out evidence.zip\``,
  ])
})
