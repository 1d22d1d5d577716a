// News of drift as the body of a message: for programs, in the shape that Standard Webhooks recommends, or for people, in that of Slack's
// incoming webhooks. Counts are whole; of ids there are as many as a small message holds. Names are there only where they are given.
import { escapeControls } from "@rollcall/access/render"
import type { ResourceId, Tenant } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { EntitlementDrift } from "@rollcall/plan"
import type { News } from "./driftNews.ts"

/** What a message is made of. */
export interface DriftReport {
  readonly what: News["what"]
  /** When the comparison was made, in milliseconds since the epoch. */
  readonly at: number
  readonly connector: string
  readonly tenant: Pick<Tenant, "id" | "displayName">
  readonly syncId: string
  readonly drifts: ReadonlyArray<EntitlementDrift>
  /** Names and addresses of principals, as `user:U0123`; `undefined` where messages have ids alone. */
  readonly names: ReadonlyMap<string, PersonName> | undefined
}

/** What a message says of a person besides the id. */
export interface PersonName {
  readonly name?: string | undefined
  readonly address?: string | undefined
}

/** Entitlements in a message, and ids in each of its lists. */
const mostEntitlements = 20
export const mostPeople = 10

/** What differs, and what does not fit, in the order of the desired state. */
export const reported = (drifts: ReadonlyArray<EntitlementDrift>): ReadonlyArray<EntitlementDrift> =>
  drifts.filter(({ state }) => state === "differs" || state === "unclear").slice(0, mostEntitlements)

/** How many entitlements there are of each state, and how many people differ. */
export const countsOf = (drifts: ReadonlyArray<EntitlementDrift>) => {
  const states = { same: 0, differs: 0, unknown: 0, unclear: 0 }
  const people = { missing: 0, extra: 0, blocked: 0 }
  for (const { state, missing, extra, blocked } of drifts) {
    states[state] += 1
    people.missing += missing.length
    people.extra += extra.length
    people.blocked += blocked.length
  }
  return { people, states }
}

/** The body for programs. Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload */
export const standardBody = ({ what, at, connector, tenant, syncId, drifts, names }: DriftReport): string => {
  const { people, states } = countsOf(drifts)
  const some = reported(drifts)
  const list = (principals: ReadonlyArray<ResourceId>) => ({
    count: principals.length,
    principals: principals.slice(0, mostPeople).map((principal) => {
      const id = formatResourceId(principal)
      return { id, ...names?.get(id) }
    }),
  })
  return JSON.stringify({
    type: `drift.${what}`,
    timestamp: new Date(at).toISOString(),
    data: {
      connector,
      tenant: { id: tenant.id, name: names && tenant.displayName },
      sync: syncId,
      people,
      entitlements: states,
      differing: some.map(({ entitlement, resourceName, state, missing, extra, why }) => ({
        id: entitlement,
        name: names && resourceName,
        state,
        missing: list(missing),
        extra: list(extra),
        why: names && why,
      })),
      leftOff: states.differs + states.unclear - some.length,
    },
  })
}

/** Characters that a text of Slack's may have: 3,000. Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
const longestText = 2900

/** The body for Slack. Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slackBody = ({ what, tenant, drifts, names }: DriftReport): string => {
  const { people, states } = countsOf(drifts)
  const where = names === undefined ? tenant.id : `${tenant.displayName} (${tenant.id})`
  const differing =
    `${counted(people.missing, "person lacks", "people lack")} what they should hold, ` +
    `${counted(people.extra, "person holds", "people hold")} what they should not, in ${counted(states.differs, "entitlement", "entitlements")}.`
  const head = mrkdwn(
    [
      what === "ended"
        ? `Drift has ended in ${where}: nothing differs any more.`
        : `Drift ${what === "found" ? "was found" : "has changed"} in ${where}: ${differing}`,
      ...(states.unclear === 0
        ? []
        : [`${counted(states.unclear, "entry", "entries")} of the file cannot be compared.`]),
      ...(states.unknown === 0
        ? []
        : [`${counted(states.unknown, "entry was", "entries were")} not shown by this sync.`]),
    ].join(" "),
  )
  const some = reported(drifts)
  const lines = some.map((drift) => mrkdwn(`• ${lineOf(drift, names)}`))
  const fitting: Array<string> = []
  let length = head.length
  for (const line of lines) {
    length += line.length + 1
    if (length > longestText) break
    fitting.push(line)
  }
  const more = states.differs + states.unclear - fitting.length
  const text = [head, ...fitting, ...(more === 0 ? [] : [`… and ${more} more.`])].join("\n")
  // Without `verbatim`, names that look like links or channels would become some.
  const blocks = [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }]
  return JSON.stringify({ text: head, blocks })
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

const lineOf = (
  { entitlement, resourceName, state, missing, extra, why }: EntitlementDrift,
  names: DriftReport["names"],
): string => {
  const thing = names === undefined || resourceName === undefined ? entitlement : `${resourceName} (${entitlement})`
  if (state === "unclear") return `${thing}: the entry does not fit${names === undefined ? "" : `: ${why.join("; ")}`}`
  const list = (principals: ReadonlyArray<ResourceId>, verb: string) =>
    principals.length === 0 ? [] : [`${principals.length} ${verb}: ${some(principals, names)}`]
  return `${thing}: ${[...list(missing, "missing"), ...list(extra, "not to hold it")].join("; ")}`
}

const some = (principals: ReadonlyArray<ResourceId>, names: DriftReport["names"]): string => {
  const shown = principals.slice(0, mostPeople).map((principal) => {
    const id = formatResourceId(principal)
    const { name, address } = names?.get(id) ?? {}
    const known = [name, address].filter((part) => part !== undefined)
    return known.length === 0 ? id : `${known.join(", ")} (${id})`
  })
  const more = principals.length - shown.length
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

/** A text in which nothing is markup. Source: https://docs.slack.dev/messaging/formatting-message-text#escaping */
const mrkdwn = (text: string): string =>
  escapeControls(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
