// Runs an action of a connector, recorded before and after.
import { auditLogFile } from "@rollcall/audit-log"
import type { ActionDeclaration, ActionValues, Connector } from "@rollcall/connector"
import { runAction } from "@rollcall/connector"
import { Effect } from "effect"
import { failureOf } from "../changes/verdict.ts"
import { refusedFor } from "@rollcall/connector-registry"

/** Runs it to its end. Where it may have taken effect all the same, running it again finds out. */
export const runNamed = Effect.fn("Actions.runNamed")(function* (
  connector: Connector,
  name: string,
  values: ActionValues,
  auditFile: string,
) {
  const can = ({ actions = [] }: { readonly actions?: ReadonlyArray<ActionDeclaration> }) =>
    actions.some((action) => action.name === name)
  if (!can(connector)) return yield* yield* refusedFor(connector, `run ${name}`, can)
  return yield* runAction(connector, name, values).pipe(
    Effect.mapError((error) => (error._tag === "ConnectorError" ? failureOf(error) : error)),
    Effect.provide(auditLogFile(auditFile)),
  )
})
