// An entry for tests.
import type { AuditEntry } from "@rollcall/connector"

/** An entry with some members of its own. */
export const entryOf = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  time: "2026-11-25T09:00:00.000Z",
  requestId: "5f0c2b9a77d1e346",
  actor: "U0ADMIN",
  tenant: "T0001",
  intent: "grant",
  target: { entitlement: "group:S0001:member", principal: "user:U0002" },
  outcome: "begun",
  ...more,
})
