// What earlier runs of the same plan did, by the journal: what is done is not done again, and of what was begun a read tells what came.
import type { Tenant } from "@rollcall/connector"
import { AuditLog, AuditOrigin } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { ChangeStore, type JournalEntry } from "./ChangeStore.ts"
import { keyOf, type Plan, type Planned } from "./Plan.ts"

/** What an entry of the journal is about, as `keyOf` names it. */
const keyOfEntry = ({ intent, target }: JournalEntry): string => {
  const { entitlement, principal } = target
  return entitlement === undefined || principal === undefined
    ? `${intent} ${JSON.stringify(Object.entries(target).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`
    : `${intent} ${entitlement} ${principal}`
}

/** What the journal says of a plan's changes, by `keyOf`: what was begun, and what of that is known to be done. */
export const begunIn = (journal: ReadonlyArray<JournalEntry>) => ({
  begun: new Set(journal.map(keyOfEntry)),
  done: new Set(journal.filter(({ outcome }) => outcome === "changed" || outcome === "already").map(keyOfEntry)),
})

/**
 * The changes of a plan that no earlier run of it has made, or may have made. What may have been made is in the counts of the hour, and
 * does not count twice.
 */
export const unbegun = (
  { changes }: Pick<Plan, "changes">,
  journal: ReadonlyArray<JournalEntry>,
): ReadonlyArray<Planned> => {
  const latest = new Map(journal.map((entry) => [keyOfEntry(entry), entry.outcome]))
  return changes.filter((change) => (latest.get(keyOf(change)) ?? "failed") === "failed")
}

/**
 * What an earlier run of the plan had sent, or was about to send, and of which it could not tell what came: the read tells, and the
 * audit log and the journal are told. What did not take effect is sent again, as a change of its own.
 */
export const recordBegun = Effect.fnUntraced(function* (
  { id, actor = "unknown" }: Tenant,
  entries: ReadonlyArray<JournalEntry>,
  left: ReadonlySet<string>,
) {
  const { append } = yield* AuditLog
  const journal = yield* ChangeStore
  const { ...origin } = yield* AuditOrigin
  const latest = new Map(entries.map((entry) => [keyOfEntry(entry), entry]))
  for (const [key, { requestId, intent, target, outcome }] of latest) {
    const isOpen = outcome === "begun" || outcome === "unknown" || outcome === "unconfirmed"
    if (!isOpen) continue
    const came = { outcome: intent === "grant" ? "already" : "changed" } as const
    const lost = { outcome: "unknown", reason: "the process ended, and a read does not show the change" } as const
    const time = new Date(yield* Clock.currentTimeMillis).toISOString()
    const entry = { ...origin, time, requestId, actor, tenant: id, intent, target }
    if (!left.has(key)) {
      yield* append({ ...entry, ...came })
      continue
    }
    if (outcome === "begun") yield* append({ ...entry, ...lost })
    // What is sent again is a change of its own, and must not count twice within the hour.
    yield* journal.append({ ...entry, outcome: "failed" })
  }
})
