// What is to be removed, as lists: for the commands that can do it, and in words for people.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { csvLine } from "@rollcall/access/render"
import { Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import { campaignMark } from "./Campaign.ts"
import type { Disposition, EventOf, KeptFile } from "./CampaignEvent.ts"
import { describeFile, makeFolder, writeWhole } from "./CampaignFolder.ts"
import type { Item } from "./Item.ts"
import { onDisk } from "./ReviewError.ts"

type Decided = EventOf<"closed">["dispositions"][number]
type Rows = ReadonlyArray<ReadonlyArray<string>>

/** Lines of a list that `rollcall revoke --from` takes. */
const mostLines = 100_000

/**
 * Writes `revocations.csv` as `rollcall revoke --from` takes it, `disable.csv` for `actions run --from`, and `worklist.csv` for people.
 * Each line of the first two has campaign and item as its reason, for the audit log.
 */
export const writeLists = Effect.fnUntraced(function* (
  campaign: Campaign,
  dispositions: ReadonlyArray<Decided>,
  { due, owner }: { readonly due: string; readonly owner?: string | undefined },
) {
  const { folder, items, reviewerOf, answers } = campaign
  const itemsTo = (disposition: Disposition) =>
    dispositions.flatMap(({ item, disposition: is, note }) => {
      const found = items.get(item)
      return is === disposition && found !== undefined ? [{ ...found, note }] : []
    })
  const reason = (...numbers: ReadonlyArray<number>) => {
    const more = numbers.length > mostNamed ? ` and ${numbers.length - mostNamed} more` : ""
    return `${campaignMark(campaign)} item ${numbers.slice(0, mostNamed).join(", ")}${more}`
  }
  const disabled = [...Map.groupBy(itemsTo("disable"), ({ account }) => account.id)]
  const lists: Readonly<Record<string, { readonly head: ReadonlyArray<string>; readonly rows: Rows }>> = {
    revocations: {
      head: ["entitlement", "principal", "reason", "account", "e-mail"],
      rows: itemsTo("revoke").map((it) => [it.entitlement.id, it.account.id, reason(it.item), ...whose(it)]),
    },
    disable: {
      head: ["ID", "reason", "account", "e-mail"],
      rows: disabled.map(([id, of]) => [id, reason(...of.map(({ item }) => item)), ...of.slice(0, 1).flatMap(whose)]),
    },
    worklist: {
      head: ["item", "account", "e-mail", "what to do", "owner", "due", "decided by"],
      rows: itemsTo("worklist").map((it) => [
        String(it.item),
        it.account.name,
        it.account.emails[0] ?? "",
        `${whatToDo(it, answers.get(it.item)?.decision)}${it.note === "" ? "" : ` ${it.note}`}`,
        owner ?? reviewerOf.get(it.item) ?? "",
        due,
        reviewerOf.get(it.item) ?? "",
      ]),
    },
  }
  // A close that was killed may have left lists of other answers.
  yield* onDisk(folder.removals, () => rmSync(folder.removals, { recursive: true, force: true }))
  yield* makeFolder(folder.removals)
  const files: Array<KeptFile> = []
  for (const [list, { head, rows }] of Object.entries(lists)) {
    for (let part = 0; part * mostLines < rows.length; part++) {
      const name = `${list}${part === 0 ? "" : `-${part + 1}`}.csv`
      const path = join(folder.removals, name)
      const some = [head, ...rows.slice(part * mostLines, (part + 1) * mostLines)]
      yield* writeWhole(path, some.map((row) => `${csvLine(row)}\r\n`).join(""))
      files.push(yield* describeFile(path, `removals/${name}`))
    }
  }
  return files
})

/** Characters of a name in the lists for commands, which take no long lines. */
const longestName = 200

/** For people who compare the lists with what reviewers saw; commands go by the ids. */
const whose = ({ account }: Item): ReadonlyArray<string> =>
  [account.name, account.emails[0] ?? ""].map((text) => text.slice(0, longestName).toWellFormed())

/** Items that a reason names. */
const mostNamed = 20

const whatToDo = ({ entitlement, resource }: Item, decision: string | undefined): string => {
  const what = `${entitlement.name} (${resource.name}, ${resource.typeName})`
  if (decision === "disable") return `Disable the account, which holds ${what}.`
  return decision === "change" ? `Change ${what}:` : `Take away ${what}.`
}
