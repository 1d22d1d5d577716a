// The lines of an audit log that tell of a campaign: those of its own lists, and when the last change of what it removes was.
import { readFileSync } from "node:fs"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Option, Schema } from "effect"
import type { Campaign } from "./Campaign.ts"
import { campaignMark, removalsOf } from "./Campaign.ts"
import { describeFile } from "./CampaignFolder.ts"
import type { Item } from "./Item.ts"
import type { ReviewError } from "./ReviewError.ts"
import { onDisk, refuse } from "./ReviewError.ts"

/** A line of an audit log. */
export interface AuditLine {
  readonly time: string
  readonly line: string
}

/** What an audit log tells of a campaign. */
export interface CampaignAudit {
  /** The lines that were written for its lists. */
  readonly lines: ReadonlyArray<AuditLine>
  /** When the last change of anything that it removes was, whoever made it and why; nothing where there was none. */
  readonly lastChange: string | undefined
}

/** The lines of the log at the path that are about the campaign; fails where it is no audit log. */
export const readCampaignAudit = Effect.fnUntraced(function* (
  path: string,
  campaign: Campaign,
): Effect.fn.Return<CampaignAudit, ReviewError> {
  yield* describeFile(path, path)
  const text = yield* onDisk(path, () => readFileSync(path, "utf8"))
  if (text.trim() === "" || text.split("\n").some((line) => Option.isSome(decodeEntry(line)))) {
    return campaignAudit(text, campaign)
  }
  const hint = "Name the log that `rollcall revoke` and `rollcall actions run` have written."
  return yield* refuse("Unusable", `${path} is no audit log.`, hint)
})

const Entry = Schema.Struct({
  time: Schema.String,
  requestId: Schema.String,
  statedReason: Schema.optional(Schema.String),
  target: Schema.Record(Schema.String, Schema.String),
})

const decodeEntry = Schema.decodeUnknownOption(Schema.fromJsonString(Entry))

/**
 * A line is the campaign's own where its reason names the campaign and it is about what the campaign removes, after its close. A
 * line that a crash cut off is none.
 */
export const campaignAudit = (log: string, campaign: Campaign): CampaignAudit => {
  const closedAt = campaign.log.lines.find(({ event }) => event._tag === "closed")?.at
  if (closedAt === undefined) return { lines: [], lastChange: undefined }
  const isRemoval = removalsAmong(removalsOf(campaign).flatMap(({ item }) => campaign.items.get(item) ?? []))
  const after = log.split("\n").flatMap((line) => {
    const entry = Option.getOrUndefined(decodeEntry(line))
    return entry !== undefined && Date.parse(entry.time) >= Date.parse(closedAt) && isRemoval(entry)
      ? [{ line, ...entry }]
      : []
  })
  const own = `${campaignMark(campaign)} item `
  return {
    lines: after.flatMap(({ time, line, statedReason }) =>
      statedReason?.startsWith(own) === true ? [{ time, line }] : [],
    ),
    lastChange: after
      .map(({ time }) => time)
      .toSorted()
      .at(-1),
  }
}

/** Whether an entry is about the grant of one of the items, or about the account of one. */
const removalsAmong = (items: ReadonlyArray<Item>) => {
  const grantOf = (entitlement: string, principal: string) => JSON.stringify([entitlement, principal])
  const grants = new Set(
    items.map(({ entitlement, account }) =>
      grantOf(entitlement.id, formatResourceId({ resourceType: account.type, resource: account.id })),
    ),
  )
  const accounts = new Set(items.map(({ account }) => account.id))
  return ({ target }: typeof Entry.Type): boolean =>
    target["entitlement"] === undefined
      ? Object.values(target).some((value) => accounts.has(value))
      : grants.has(grantOf(target["entitlement"], target["principal"] ?? ""))
}
