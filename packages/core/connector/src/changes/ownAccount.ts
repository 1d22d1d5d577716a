// Refuses an action that would take access from the account that the credential belongs to: it would lock out whoever runs it.
import { Effect } from "effect"
import type { Action, ActionValues } from "../Action.ts"
import type { Tenant } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"

/**
 * Fails with `OwnAccount` where one of the sets of values names the account that acts, by any id of it. The further ids are
 * asked for once, and only where none of the sets names the account by the id that is known already.
 */
export const ownAccount = Effect.fnUntraced(function* <R>(
  { displayName, takesAccess }: Action<R>,
  tenant: Tenant,
  all: ReadonlyArray<ActionValues>,
) {
  const { actor } = tenant
  if (takesAccess === undefined || actor === undefined || all.length === 0) return
  const named = new Set(all.map(takesAccess.from))
  const own = named.has(actor) ? actor : (yield* takesAccess.ownIds(tenant)).find((id) => named.has(id))
  if (own === undefined) return
  return yield* new ConnectorError({
    reason: { _tag: "OwnAccount" },
    message: `${own} is the account that the token belongs to${own === actor ? "" : ` (${actor})`}: "${displayName}" would end the token as well. Nothing was begun.`,
    hint: "Let somebody else do it with their own token.",
  })
})
