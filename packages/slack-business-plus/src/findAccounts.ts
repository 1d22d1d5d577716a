// Which accounts people mean: by Slack's id, or by e-mail address.
import type { ResourceId } from "@rollcall/connector"
import type { ScimUser } from "@rollcall/scim-client"
import { ScimClient } from "@rollcall/scim-client"
import { accountId } from "@rollcall/slack-pro/parts"
import { Effect, Stream } from "effect"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** Whatever has no @ is taken for an id: a write tells whether it exists. */
const isAddress = (name: string): boolean => name.includes("@")

/**
 * The accounts by name. Addresses are looked up in one pass over SCIM `/Users`, a call for each thousand accounts, since
 * Slack documents no filter by address for SCIM v2. Of several accounts with one address the active one is meant;
 * two active ones are not guessed between.
 */
export const findAccounts = Effect.fn("SlackBusinessPlus.findAccounts")(function* (names: ReadonlyArray<string>) {
  const found = new Map<string, ResourceId>(
    names.filter((name) => !isAddress(name)).map((name) => [name, accountId(name)]),
  )
  const addresses = names.filter(isAddress)
  if (addresses.length === 0) return found

  const wanted = new Set(addresses.map(normal))
  const scim = yield* ScimClient
  const holders = new Map<string, ReadonlyArray<ScimUser>>()
  yield* scim.users.list().pipe(
    Stream.runForEach((user) =>
      Effect.sync(() => {
        for (const address of new Set(user.emails.map((email) => normal(email.value)))) {
          if (wanted.has(address)) holders.set(address, [...(holders.get(address) ?? []), user])
        }
      }),
    ),
    Effect.mapError(scimToConnectorError),
  )
  for (const address of addresses) {
    const users = holders.get(normal(address)) ?? []
    const active = users.filter((user) => user.active !== false)
    const [meant, another] = active.length > 0 ? active : users
    if (meant !== undefined && another === undefined) found.set(address, accountId(meant.id))
  }
  return found
})

const normal = (address: string): string => address.trim().toLowerCase()
