// The steps after the answers: close, remediate, verify, sign off.
import type { EventOf } from "@rollcall/review"
import {
  campaignEntries,
  closeCampaign,
  openCampaign,
  overdueRemovals,
  remediateItems,
  signOff as signCampaign,
  standingWords,
  verifyCampaign,
} from "@rollcall/review"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { ExitWith, UsageError } from "../errors.ts"
import { abilitiesOf } from "./abilities.ts"
import { readItemNumbers } from "./itemNumbers.ts"
import type { StepContext, Text } from "./stepContext.ts"
import { aDate, auditOf, needed, now, openCode, plural, readingOf, shellWord, tell } from "./stepContext.ts"

/** `review close` */
export const close = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly openItems: "refuse" | "exception" | "remove"
    readonly reason: Text
    readonly removeBy: Text
  },
  context: StepContext,
) {
  const { file, archive } = context.settings
  const reading = yield* readingOf(context)
  const abilities = yield* abilitiesOf(file, reading)
  const { openItems, reason } = own
  const removeBy = own.removeBy === undefined ? undefined : yield* aDate(own.removeBy, "--remove-by")
  const request = { file, openItems, reason, removeBy, archive, abilities: abilities.can, reading }
  const event = yield* closeCampaign(own.campaign, request)
  const counts = Map.groupBy(event.dispositions, ({ disposition }) => disposition)
  const commands = commandsFor(own.campaign, event, abilities.disableCommand)
  const worklist = event.files.filter(({ name }) => name.includes("worklist"))
  yield* tell(context, { ...event, commands }, [
    `Closed: ${[...counts].map(([disposition, of]) => `${of.length} ${disposition}`).join(", ")}.`,
    ...commands.map(({ does, command }) => `${does}: \`${command}\``),
    ...worklist.map(({ name }) => `To do by hand: ${join(own.campaign, name)}`),
    `Then sync again, and \`rollcall review verify --campaign ${shellWord(own.campaign)}\`.`,
  ])
})

/** Removals that `revoke` makes without being told a number. */
const fewRemovals = 25

/** The commands that carry out what was decided; each shows what it would do until it is given --yes. */
const commandsFor = (campaign: string, { files, dispositions }: EventOf<"closed">, disable: string | undefined) => {
  const revokes = dispositions.filter(({ disposition }) => disposition === "revoke").length
  return files.flatMap(({ name }) => {
    const path = shellWord(join(campaign, name))
    const most = revokes > fewRemovals ? ` --max-removals ${revokes}` : ""
    if (name.includes("revocations")) {
      return [{ does: "To revoke", command: `rollcall revoke --from ${path}${most} --yes` }]
    }
    return name.includes("disable") && disable !== undefined
      ? [{ does: "To disable", command: `rollcall actions run ${disable} --from ${path} --yes` }]
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
  yield* tell(context, event, [`Recorded for ${plural(event.items.length, "item")}.`])
})

/** Removals that are listed in sentences. */
const mostNamed = 50

/** `review verify` */
export const verify = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly exitCode: boolean },
  context: StepContext,
) {
  const { file } = context.settings
  const campaign = yield* openCampaign(own.campaign)
  const audit = auditOf(context)
  const last = audit.isThere ? yield* lastRemoval(audit.path, campaign.started.name) : undefined
  const event = yield* verifyCampaign(own.campaign, file, yield* readingOf(context), last)
  const open = overdueRemovals(yield* openCampaign(own.campaign), yield* now)
  const { notReviewed, notReviewedFile } = event
  yield* tell(
    context,
    { ...event, open: open.map(({ item, standing, daysOverdue }) => ({ item, standing, daysOverdue })) },
    [
      `${plural(event.standings.length - open.length, "removal")} done or accepted, ${open.length} not.`,
      ...open.slice(0, mostNamed).map(({ item, standing, of, daysOverdue }) => {
        const what = `${of?.entitlement.name ?? ""} of ${of?.account.name ?? ""}`
        return `  item ${item}: ${what}: ${standingWords[standing]}${daysOverdue === 0 ? "" : `, ${plural(daysOverdue, "day")} overdue`}`
      }),
      ...(open.length > mostNamed ? [`  and ${open.length - mostNamed} more, which \`-o json\` lists.`] : []),
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

/** When the last removal of the campaign was made, as the audit log tells. */
const lastRemoval = Effect.fnUntraced(function* (path: string, name: string) {
  const text = yield* Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: () => new UsageError({ message: `${path} cannot be read.`, hint: "Name the audit log of the removals." }),
  })
  return campaignEntries(text, name)
    .map(({ time }) => time)
    .toSorted()
    .at(-1)
})

/** `review sign-off` */
export const signOff = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly as: Text; readonly role: Text; readonly key: Text },
  context: StepContext,
) {
  const as = yield* needed(own.as, "--as", "'Carol Smith'")
  const role = yield* needed(own.role, "--role", "'Head of audit'")
  const event = yield* signCampaign(own.campaign, as, role, own.key)
  yield* tell(context, event, [
    `Signed off by ${event.as}, ${event.role}${event.signed === null ? "" : ", with their key"}.`,
    `Next: \`rollcall review evidence --campaign ${shellWord(own.campaign)} --out evidence.zip\``,
  ])
})
