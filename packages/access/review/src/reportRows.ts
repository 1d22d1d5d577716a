// The rows of the tables in a report: the files that came, and the removals.
import type { Campaign } from "./Campaign.ts"
import { daysOver, removalDue, removalsOf } from "./Campaign.ts"
import { decisionWords } from "./ReviewerItems.ts"
import { removalStates } from "./removalStates.ts"
import { dispositionWords, progressWords, standingWords } from "./words.ts"

/** Each file that reviewers sent. */
export const importRows = ({ log }: Campaign): ReadonlyArray<ReadonlyArray<string>> =>
  log.lines.flatMap(({ at, by, event }) =>
    event._tag === "imported"
      ? event.files.map(({ file, reviewer, answers, late }) => {
          const from = event.receivedFrom ?? "not stated"
          return [at, file.name, file.sha256, reviewer.email, from, by, String(answers.length), late ? "late" : ""]
        })
      : [],
  )

/** Each removal, what became of it, and how it came so. */
export const removalRows = (campaign: Campaign, made: string): ReadonlyArray<ReadonlyArray<string>> => {
  const states = new Map(removalStates(campaign).map((it) => [it.item, it]))
  const recorded = new Map<number, Array<Remark>>()
  for (const { at, event } of campaign.log.lines) {
    if (event._tag !== "remediated") continue
    const remark = { at, text: `${event.accepted ? "accepted" : "by hand"}: ${event.reason}` }
    for (const item of event.items) recorded.set(item, [...(recorded.get(item) ?? []), remark])
  }
  return removalsOf(campaign).map(({ item, disposition, note }) => {
    const found = campaign.items.get(item)
    const due = removalDue(campaign, item)
    const answer = campaign.answers.get(item)
    const { standing, state = "open", seen = [] } = states.get(item) ?? {}
    const days = state === "open" ? daysOver(due, made) : 0
    // What never changed is told by the columns.
    const changes = seen.length < 2 ? [] : seen.map(({ at, standing: then }) => ({ at, text: standingWords[then] }))
    const dated = [...changes, ...(recorded.get(item) ?? [])]
      .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
      .map(({ at, text }) => `${at.slice(0, 10)} ${text}`)
    return [
      String(item),
      found?.account.name ?? "",
      `${found?.entitlement.name ?? ""} (${found?.resource.name ?? ""})`,
      answer === undefined ? "none" : decisionWords[answer.decision],
      dispositionWords[disposition],
      due,
      progressWords[state],
      `${standing === undefined ? "not verified" : standingWords[standing]}${days === 0 ? "" : `, ${days} days overdue`}`,
      [...new Set([answer?.comment ?? "", note]), ...dated].filter((text) => text !== "").join("; "),
    ]
  })
}

/** What was seen or recorded of a removal, and when. */
interface Remark {
  readonly at: string
  readonly text: string
}
