// Which accounts people mean: by Slack's id, or by e-mail address.
import type { ResourceId } from "@rollcall/connector"
import type { ScimUser } from "@rollcall/scim-client"
import { ScimClient } from "@rollcall/scim-client"
import { accountId } from "@rollcall/slack-pro/parts"
import { Effect, Stream } from "effect"
import { accountIds } from "./ids.ts"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** So many ids are looked up one by one; more of them, like addresses, take one pass over all accounts. */
const fewIds = 10

/**
 * The accounts by name. A pass over SCIM `/Users` is a call for each thousand accounts: Slack documents no filter by
 * address for SCIM v2. Of several accounts with one address the active one is meant; two active ones are not guessed
 * between.
 */
export const findAccounts = Effect.fn("SlackBusinessPlus.findAccounts")(function* (names: ReadonlyArray<string>) {
  const ids = new Set(names.filter((name) => accountIds.test(name)))
  const addresses = new Map(names.filter((name) => name.includes("@")).map((name) => [name, normal(name)]))
  const users =
    addresses.size === 0 && ids.size <= fewIds
      ? yield* eachAccount(ids)
      : yield* accountsAmongAll(ids, new Set(addresses.values()))

  const found = new Map<string, ResourceId>(users.filter(({ id }) => ids.has(id)).map(({ id }) => [id, accountId(id)]))
  const holders = new Map<string, Array<ScimUser>>()
  for (const user of users) {
    for (const address of addressesOf(user)) {
      const others = holders.get(address)
      if (others === undefined) holders.set(address, [user])
      else others.push(user)
    }
  }
  for (const [name, address] of addresses) {
    const all = holders.get(address) ?? []
    const active = all.filter((user) => user.active !== false)
    const [meant, another] = active.length > 0 ? active : all
    if (meant !== undefined && another === undefined) found.set(name, accountId(meant.id))
  }
  return found
})

const eachAccount = Effect.fnUntraced(function* (ids: ReadonlySet<string>) {
  const scim = yield* ScimClient
  const users: Array<ScimUser> = []
  for (const id of ids) {
    const user = yield* scim.users.get(id).pipe(
      Effect.catchIf(
        (error) => error.category === "notFound",
        () => Effect.succeed(undefined),
      ),
      Effect.mapError(scimToConnectorError),
    )
    if (user !== undefined) users.push(user)
  }
  return users
})

const accountsAmongAll = Effect.fnUntraced(function* (ids: ReadonlySet<string>, addresses: ReadonlySet<string>) {
  const scim = yield* ScimClient
  return yield* scim.users.list().pipe(
    Stream.filter((user) => ids.has(user.id) || [...addressesOf(user)].some((address) => addresses.has(address))),
    Stream.runCollect,
    Effect.mapError(scimToConnectorError),
  )
})

const addressesOf = ({ emails }: ScimUser): ReadonlySet<string> => new Set(emails.map(({ value }) => normal(value)))

const normal = (address: string): string => address.trim().toLowerCase()
