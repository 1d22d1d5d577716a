// What is done where others lost an entitlement while it was changed: it is recorded with all their ids, and ends the run, since
// what emptied one group may empty the next.
import { Effect } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { firstFew } from "../Failure.ts"
import type { AppendEntry } from "./audited.ts"
import { auditEntries } from "./audited.ts"
import type { EntitlementContext } from "./makeChange.ts"

/** Ids that a message names; the audit log has all of them. */
const named = 10

/**
 * Records who vanished, as a further line about the one write that `append` is for, or about the entitlement where several
 * writes may have done it, and gives the failure that ends the run.
 */
export const collateral = Effect.fnUntraced(function* <R>(
  { tenant, entitlement }: EntitlementContext<R>,
  intent: string,
  vanished: ReadonlyArray<string>,
  ofOneWrite: AppendEntry | undefined,
): Effect.fn.Return<ConnectorError, never, AuditLog> {
  const append = ofOneWrite ?? (yield* auditEntries({ tenant, intent, target: { entitlement: entitlement.id } }))
  const ids = firstFew(vanished, named)
  const recorded = yield* Effect.result(append("collateral", `vanished during our write: ${ids}`, vanished))
  const unrecorded = recorded._tag === "Failure" ? ` This could not be recorded: ${recorded.failure.message}` : ""
  return new ConnectorError({
    reason: { _tag: "Collateral" },
    message: `${entitlement.id} lost ${vanished.length === 1 ? "a holder" : `${vanished.length} holders`} whom nobody asked to remove: ${ids} vanished during our write. The run stopped there.${unrecorded}`,
    hint: "Check whether the identity provider or another app removed them. If not, grant them again, and report it to the operator of the system; the audit log names all of them.",
  })
})
