// Changes carried out in a town of clubs, with all that came of them.
import { Effect } from "effect"
import type { ChangeRequest, ChangeResult } from "../../src/index.ts"
import { applyChanges, AuditLog } from "../../src/index.ts"
import { auditLog, clubs, type ClubOptions, type MemoryAuditLog } from "./clubs.ts"

/** A town with one club, and one member in it. */
export const chess = { clubs: { chess: ["ada"] } }

/** Carries out the request in a fresh town. */
export const apply = Effect.fnUntraced(function* (
  options: ClubOptions,
  request: ChangeRequest,
  log: MemoryAuditLog = auditLog(),
) {
  const town = clubs(options)
  const applied = yield* Effect.provideService(applyChanges(town.connector, request), AuditLog, log.service)
  return { ...town, ...applied, outcomes: applied.results.map((result) => result.outcome), entries: log.entries }
})

/** Why a change failed; nothing where it did not. */
export const failureOf = (result: ChangeResult | undefined) =>
  result?.outcome === "failed" ? result.failure : undefined
