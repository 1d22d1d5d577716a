// Which accounts people mean: by Slack's id, or by e-mail address. An address is looked for in `users.list`, which the file
// shows, and in SCIM, since the two may differ and either may be what somebody reads it from.
import type { ConnectorError, FoundPrincipal, UnclearPrincipal } from "@rollcall/connector"
import { ConnectorError as Failed } from "@rollcall/connector"
import { ScimClient } from "@rollcall/scim-client"
import { SlackUser, SlackWebApi } from "@rollcall/slack-api"
import { accountId, toConnectorError } from "@rollcall/slack-pro/parts"
import { Effect, Schema } from "effect"
import type { AccountMatch } from "./accountMatches.ts"
import {
  addressesOf,
  idsOf,
  inScim,
  everyPrivileged,
  inUsersList,
  isInactive,
  join,
  normal,
  primaryOf,
  privilegeOf,
  ineligible,
} from "./accountMatches.ts"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** What Slack's ids of accounts look like. Source: https://docs.slack.dev/reference/objects/user-object */
export const accountIds = /^[UW][A-Z0-9]+$/u

/** So many ids are looked up one by one; more of them, like addresses, take one pass over all accounts. */
const fewIds = 10

type Found = FoundPrincipal | UnclearPrincipal

/**
 * The accounts by name. A pass takes a call for each thousand accounts of either list: Slack documents no filter by address
 * for SCIM v2. Of several accounts with one address the active one is meant; two active ones are not guessed between. A name
 * that was found is used even where the list as a whole is odd; one that was not found then fails.
 */
export const findAccounts = Effect.fn("SlackBusinessPlus.findAccounts")(function* (
  names: ReadonlyArray<string>,
  { foresee = false }: { readonly foresee?: boolean } = {},
): Effect.fn.Return<ReadonlyMap<string, Found>, ConnectorError, ScimClient | SlackWebApi> {
  const ids = new Set(names.filter((name) => accountIds.test(name)))
  const addresses = new Map(names.filter((name) => name.includes("@")).map((name) => [name, normal(name)]))
  if (addresses.size === 0 && ids.size <= fewIds) return yield* eachAccount(ids, foresee)

  const wanted = { ids, addresses: new Set(addresses.values()) }
  const shown = yield* inUsersList(wanted)
  const scim = yield* inScim(wanted, shown)
  const accounts = join(shown.users, scim.users)

  const found = new Map<string, Found>()
  for (const account of accounts)
    for (const id of idsOf(account)) if (ids.has(id)) found.set(id, principalOf(account, id))
  for (const [name, address] of addresses) {
    const meant = meantBy(address, accounts)
    if (meant !== undefined) found.set(name, meant)
  }
  const missing = [...ids, ...addresses.keys()].filter((name) => !found.has(name))
  if (missing.length > 0 && scim.notWhole !== undefined) return yield* notFoundInPart(missing, scim.notWhole)
  return found
})

/** What an address means; nothing where no account has it. */
const meantBy = (address: string, accounts: ReadonlyArray<AccountMatch>): Found | undefined => {
  const all = accounts.filter((account) => addressesOf(account).has(address))
  const active = all.filter((account) => !isInactive(account))
  const [first, ...others] = active.length > 0 ? active : all
  if (first === undefined) return undefined
  if (others.length === 0) return principalOf(first)
  const several = [first, ...others]
  if (active.length === 0) return { unclear: "deactivated", candidates: several.map(idOf) }
  const shownFor = several.filter(({ user }) => normal(user?.profile?.email ?? "") === address)
  const storedFor = several.filter(({ scim }) => scim?.emails.some(({ value }) => normal(value) === address))
  const isMismatch = shownFor.length === 1 && storedFor.length === 1
  return {
    unclear: isMismatch ? "mismatching" : "ambiguous",
    candidates: isMismatch
      ? [...shownFor.map((it) => `${idOf(it)} in users.list`), ...storedFor.map((it) => `${idOf(it)} in SCIM`)]
      : several.map(idOf),
  }
}

/** SCIM's id, which is what a write has to name. */
const idOf = ({ scim, user }: AccountMatch): string => scim?.id ?? user?.id ?? ""

const principalOf = (account: AccountMatch, id = idOf(account)): FoundPrincipal => {
  const { user, scim } = account
  // The name in use first, as a synced file has it, and SCIM's first: an account that is named by its id is looked up there alone, and
  // has the same name in either case.
  const displayName = scim?.displayName || scim?.userName || user?.name || fullName(account)
  const address = user?.profile?.email || primaryOf(scim)
  const aliases = idsOf(account).filter((other) => other !== id)
  const reason = ineligible(account)
  const privilege = privilegeOf(user)
  return {
    ...accountId(id),
    ...(displayName ? { displayName } : {}),
    ...(address ? { address } : {}),
    // Where `users.list` was not read, whether there are any is not known.
    ...(user === undefined ? {} : { aliases }),
    ...(isInactive(account) ? { isInactive: true } : {}),
    ...(reason === undefined ? {} : { ineligible: reason }),
    ...(privilege === undefined ? {} : { privilege }),
  }
}

const fullName = ({ scim, user }: AccountMatch): string | undefined =>
  [scim?.givenName, scim?.familyName].filter((part) => part !== undefined && part !== "").join(" ") ||
  user?.profile?.real_name ||
  user?.real_name ||
  undefined

const eachAccount = Effect.fnUntraced(function* (ids: ReadonlySet<string>, foresee: boolean) {
  const client = yield* ScimClient
  const found = new Map<string, Found>()
  for (const id of ids) {
    const scim = yield* underEitherId(id, (known) =>
      Effect.mapError(client.users.get(known), scimToConnectorError),
    ).pipe(Effect.catchIf(isUnknown, () => Effect.succeed(undefined)))
    if (scim === undefined) continue
    const user = foresee ? yield* userInfo(id) : undefined
    found.set(id, principalOf({ scim, ...(user === undefined ? {} : { user }) }, id))
  }
  return found
})

/** The owners and admins of the workspace who are active, by a pass over `users.list`. */
export const privilegedAccounts = Effect.map(everyPrivileged, (users) => users.map(({ id }) => accountId(id)))

/** The ids of an account besides this one: in an organisation it may have one of its own there. */
export const otherIdsOf = (id: string) =>
  Effect.map(userInfo(id), (user) => (user === undefined ? [] : idsOf({ user }).filter((other) => other !== id)))

const isUnknown = ({ reason }: ConnectorError): boolean => reason._tag === "NotFound"

/**
 * Tries with the id and, where SCIM knows no account of that id, with the other id of the same account: SCIM may list it under
 * the one that it has in the whole organisation, which a synced file does not show. `users.info` is asked only then.
 */
export const underEitherId = <A, R>(id: string, attempt: (id: string) => Effect.Effect<A, ConnectorError, R>) =>
  attempt(id).pipe(
    Effect.catchIf(isUnknown, (unknown) =>
      Effect.flatMap(otherIdsOf(id), ([other]) =>
        other === undefined
          ? Effect.fail(unknown)
          : Effect.mapError(attempt(other), (it) => (isUnknown(it) ? unknown : it)),
      ),
    ),
  )

/** What `users.info` shows; nothing where the token may not ask, or Slack does not show the account to it. */
const userInfo = (id: string) =>
  Effect.flatMap(SlackWebApi, (slack) =>
    slack.call("users.info", { user: id }, Schema.Struct({ user: SlackUser })),
  ).pipe(
    Effect.map(({ user }) => user),
    Effect.catchIf(
      (error) => error.category !== "credential" && error.category !== "unavailable",
      () => Effect.succeed(undefined),
    ),
    Effect.mapError(toConnectorError),
  )

/** Names that a message lists. */
const listed = 10

const notFoundInPart = (missing: ReadonlyArray<string>, notWhole: ConnectorError) =>
  new Failed({
    reason: { _tag: "NotWhole" },
    message: `${missing.slice(0, listed).join(", ")}${missing.length > listed ? ` and ${missing.length - listed} more` : ""} could not be found, and the list of accounts is not whole: ${notWhole.message}`,
    hint: "Run it again, or name a few accounts by their ids (U… or W…), which are looked up one by one.",
    cause: notWhole,
  })
