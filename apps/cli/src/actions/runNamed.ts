// Runs an action of a connector, recorded before and after.
import { auditLogFile } from "@rollcall/audit-log"
import type { ActionDeclaration, ActionValues, Connector } from "@rollcall/connector"
import { cannot, runAction } from "@rollcall/connector"
import { refuse } from "@rollcall/connector-registry"
import { hideTokens } from "@rollcall/http-exchange"
import { Effect } from "effect"
import { failureOf } from "../changes/verdict.ts"
import { UsageError } from "../UsageError.ts"

/** Runs it to its end. Where it may have taken effect all the same, running it again finds out. */
export const runNamed = Effect.fn("Actions.runNamed")(function* (
  connector: Connector,
  name: string,
  values: ActionValues,
  auditFile: string,
) {
  const can = ({ actions = [] }: { readonly actions?: ReadonlyArray<ActionDeclaration> }) =>
    actions.some((action) => action.name === name)
  if (!can(connector)) return yield* refuse(cannot(connector, `run ${name}`), can)
  const texts = Object.values(values).filter((value) => typeof value === "string")
  if (texts.some((text) => hideTokens(text) !== text)) return yield* tokenGiven
  return yield* runAction(connector, name, values).pipe(
    Effect.mapError((error) => (error._tag === "ConnectorError" ? failureOf(error) : error)),
    Effect.provide(auditLogFile(auditFile)),
  )
})

const tokenGiven = new UsageError({
  message: "A token stands where an id belongs. Nothing was begun.",
  hint: "Give the account's id (U… or W…). The token has been on a command line: revoke it in Slack and make a new one.",
})
