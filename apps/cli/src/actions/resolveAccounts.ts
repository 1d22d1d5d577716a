// Accounts that actions are run on are named by id or by e-mail address; addresses are looked up, all of them at once.
import type { ActionDeclaration, ActionValues, Connector, ConnectorError, FoundPrincipal } from "@rollcall/connector"
import { hideTokens } from "@rollcall/api-client"
import { Effect } from "effect"
import { unclearNames } from "../changes/problems.ts"
import { UsageError } from "../errors.ts"
import { accountIn } from "./ActionPlan.ts"

/** Arguments with ids in the place of addresses, and what is known of the accounts. */
export interface ResolvedAccounts {
  readonly all: ReadonlyArray<ActionValues>
  /** By their ids. */
  readonly people: ReadonlyMap<string, FoundPrincipal>
}

/**
 * Looks up the addresses; ids too where `ids` says so, for the names of those who have them. An id that nobody has is for the
 * action to find.
 */
export const resolveAccounts = Effect.fn("Actions.resolveAccounts")(function* (
  { provisioning }: Connector,
  action: ActionDeclaration,
  all: ReadonlyArray<ActionValues>,
  { ids }: { readonly ids: boolean },
): Effect.fn.Return<ResolvedAccounts, UsageError | ConnectorError> {
  const texts = all.flatMap((values) => Object.values(values)).filter((value) => typeof value === "string")
  if (texts.some((text) => hideTokens(text) !== text)) return yield* tokenGiven
  const names = new Set(all.flatMap((values) => accountIn(action, values) ?? []))
  const addresses = [...names].filter((name) => name.includes("@"))
  if (provisioning === undefined || (addresses.length === 0 && !ids)) return { all, people: new Map() }

  const found = yield* provisioning.findPrincipals([...names])
  const clear = new Map<string, FoundPrincipal>()
  for (const [name, meant] of found) if (!("unclear" in meant)) clear.set(name, meant)
  const unclear = addresses.filter((address) => !clear.has(address))
  if (unclear.length > 0) return yield* unclearNames(unclear, found)
  const withIds = (values: ActionValues): ActionValues =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const isAccount = action.arguments.some((field) => field.name === name && field.isPrincipal === true)
        return [name, isAccount ? (clear.get(String(value))?.resource ?? value) : value]
      }),
    )
  return {
    all: all.map(withIds),
    people: new Map([...clear.values()].map((person) => [person.resource, person])),
  }
})

const tokenGiven = new UsageError({
  message: "An id was expected, but a token was given. Nothing was begun.",
  hint: "Give the account's id (U… or W…). The token is exposed because it was on a command line: revoke it in Slack and make a new one.",
})
