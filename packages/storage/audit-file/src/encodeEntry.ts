// An entry as one line. Its members stand in a fixed order, so that people find their way.
import type { AuditEntry } from "@rollcall/connector"

/**
 * The entry as JSON and a line break. Reasons can hold what a system said, and logs are read on terminals: all but plain
 * ASCII is written as escapes, which every reader of JSON takes for the same text.
 */
export const encodeEntry = (entry: AuditEntry): string => {
  const { time, requestId, actor, tenant, osUser, statedReason, intent, target, outcome, reason, vanished } = entry
  const json = JSON.stringify({
    time,
    requestId,
    actor,
    tenant,
    osUser,
    statedReason,
    intent,
    target,
    outcome,
    reason,
    vanished,
  })
  return `${json.replaceAll(/[\u007f-\uffff]/g, escape)}\n`
}

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
