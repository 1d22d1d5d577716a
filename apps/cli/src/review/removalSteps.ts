// The steps after the answers: close, remediate, verify, sign off.
import {
  campaignEntries,
  closeCampaign,
  openCampaign,
  openRemovals,
  remediateItems,
  signOff as signCampaign,
  verifyCampaign,
} from "@rollcall/review"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { ExitWith, UsageError } from "../errors.ts"
import { abilitiesOf } from "./abilities.ts"
import { readItemNumbers } from "./itemNumbers.ts"
import type { StepContext, Text } from "./stepContext.ts"
import { needed, tell, readingOf, plural, now, openCode } from "./stepContext.ts"

/** `review close` */
export const close = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly openItems: "refuse" | "exception" | "remove"; readonly reason: Text },
  context: StepContext,
) {
  const { file } = context.settings
  const reading = yield* readingOf(context)
  const abilities = yield* abilitiesOf(file, reading)
  const { openItems, reason } = own
  const event = yield* closeCampaign(own.campaign, { file, openItems, reason, abilities: abilities.can, reading })
  const { name } = (yield* openCampaign(own.campaign)).started
  const counts = Map.groupBy(event.dispositions, ({ disposition }) => disposition)
  const removals = join(own.campaign, "removals")
  const { revoke = [], disable = [], worklist = [] } = Object.fromEntries(counts)
  const numbers = disable.map(({ item }) => item)
  const why = `${name} item ${numbers.slice(0, 20).join(", ")}${numbers.length > 20 ? ` and ${numbers.length - 20} more` : ""}`
  yield* tell(context, event, [
    `Closed: ${[...counts].map(([disposition, of]) => `${of.length} ${disposition}`).join(", ")}.`,
    ...(revoke.length === 0
      ? []
      : [
          `To revoke: \`rollcall revoke --from ${join(removals, "revocations.csv")} --max-removals ${Math.max(25, revoke.length)}\``,
        ]),
    ...(disable.length === 0 || abilities.disableCommand === undefined
      ? []
      : [
          `To disable: \`rollcall actions run ${abilities.disableCommand} --from ${join(removals, "disable.csv")} --reason "${why}"\``,
        ]),
    ...(worklist.length === 0 ? [] : [`To do by hand: ${join(removals, "worklist.csv")}`]),
    `Then sync again, and \`rollcall review verify --campaign ${own.campaign}\`.`,
  ])
})

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

/** `review verify` */
export const verify = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly auditFile: Text; readonly exitCode: boolean },
  context: StepContext,
) {
  const { file } = context.settings
  const campaign = yield* openCampaign(own.campaign)
  const last = own.auditFile === undefined ? undefined : yield* lastRemoval(own.auditFile, campaign.started.name)
  const event = yield* verifyCampaign(own.campaign, file, yield* readingOf(context), last)
  const after = yield* openCampaign(own.campaign)
  const open = openRemovals(after)
  const today = yield* now
  const days = Math.max(0, Math.floor((Date.parse(today) - Date.parse(`${after.due}T23:59:59Z`)) / 86_400_000))
  yield* tell(context, { ...event, open, daysOverdue: days }, [
    `${plural(event.standings.length - open.length, "removal")} done or accepted, ${open.length} not.`,
    ...open.map(({ item, standing }) => {
      const found = after.items.get(item)
      const what = `${found?.entitlement.name ?? ""} of ${found?.account.name ?? ""}`
      return `  item ${item}: ${what}: ${standingWords[standing] ?? standing}${days === 0 ? "" : `, ${plural(days, "day")} overdue`}`
    }),
    ...(event.notReviewed === 0
      ? []
      : [`${plural(event.notReviewed, "grant")} in scope began after the freeze, and nobody has reviewed them.`]),
  ])
  if (own.exitCode && open.length > 0) return yield* new ExitWith({ code: openCode })
  return undefined
})

const standingWords: Readonly<Record<string, string>> = {
  there: "still there",
  inherited: "still held through a group",
  cameBack: "came back",
  notKnown: "not known, as the sync could not see it",
}

/** When the last removal of the campaign was made, as the audit log tells. */
const lastRemoval = Effect.fnUntraced(function* (path: string, name: string) {
  const text = yield* Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: () => new UsageError({ message: `${path} cannot be read.`, hint: "Name the audit log of the removals." }),
  })
  const entries = campaignEntries(text, name)
  return entries
    .map(({ time }) => time)
    .toSorted()
    .at(-1)
})

/** `review sign-off` */
export const signOff = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly as: Text; readonly role: Text },
  context: StepContext,
) {
  const as = yield* needed(own.as, "--as", "'Carol Smith'")
  const event = yield* signCampaign(own.campaign, as, yield* needed(own.role, "--role", "'Head of audit'"))
  yield* tell(context, event, [`Signed off by ${event.as}, ${event.role}.`])
})
