// The accounts of `users.list` and of SCIM that names may mean, read page by page, and joined where both list one account. Only
// those that match are kept, and of all others no more than the ids.
import type { ConnectorError } from "@rollcall/connector"
import type { ScimUser } from "@rollcall/scim-client"
import { ScimClient } from "@rollcall/scim-client"
import type { SlackUser } from "@rollcall/slack-api"
import { usersPage } from "@rollcall/slack-api"
import { isPerson, toConnectorError } from "@rollcall/slack-pro/parts"
import { Effect, Stream } from "effect"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** An account as either list, or both, show it. */
export interface AccountMatch {
  readonly user?: SlackUser
  readonly scim?: ScimUser
}

/** What is looked for; addresses are in the form that {@link normal} gives them. */
export interface Wanted {
  readonly ids: ReadonlySet<string>
  readonly addresses: ReadonlySet<string>
}

/** What `users.list` shows. */
export interface ShownUsers {
  readonly users: ReadonlyArray<SlackUser>
  /** Everyone whom SCIM should list as well; nothing where the list was not read. */
  readonly everyone?: ReadonlySet<string>
  /** The ids of accounts by the ids that the whole organisation has for them. */
  readonly aliases: ReadonlyMap<string, string>
}

/** An address as it is compared. */
export const normal = (address: string): string => address.trim().toLowerCase()

/** What an active account may do beyond others, as Slack calls it. Source: https://docs.slack.dev/reference/objects/user-object */
export const privilegeOf = (user: SlackUser | undefined): string | undefined => {
  if (user === undefined || user.deleted === true) return undefined
  if (user.is_primary_owner === true) return "the Primary Owner"
  if (user.is_owner === true) return "an Owner"
  return user.is_admin === true ? "an Admin" : undefined
}

/** Whom `users.list` shows with such a privilege. */
export const everyPrivileged = Effect.mapError(
  Effect.suspend(() => {
    const users: Array<SlackUser> = []
    return Effect.as(
      eachUser((user) => {
        if (privilegeOf(user) !== undefined) users.push(user)
      }),
      users,
    )
  }),
  toConnectorError,
)

/** Gives every account of `users.list`, page by page. */
const eachUser = Effect.fnUntraced(function* (take: (user: SlackUser) => void) {
  const seen = new Set<string>()
  let cursor: string | undefined
  do {
    const page = yield* usersPage(cursor)
    for (const user of page.members) if (user.is_stranger !== true) take(user)
    // A cursor that leads back ends the reading; what was found until then counts.
    cursor = page.next === undefined || seen.has(page.next) ? undefined : page.next
    if (cursor !== undefined) seen.add(cursor)
  } while (cursor !== undefined)
})

/** The matches of `users.list`. A token that may not read it shows nothing, and SCIM alone decides. */
export const inUsersList = Effect.fnUntraced(
  function* ({ ids, addresses }: Wanted) {
    const users: Array<SlackUser> = []
    const everyone = new Set<string>()
    const aliases = new Map<string, string>()
    yield* eachUser((user) => {
      if (isPerson(user)) everyone.add(user.id)
      const alias = user.enterprise_user?.id ?? user.id
      if (alias !== user.id) aliases.set(alias, user.id)
      if (ids.has(user.id) || ids.has(alias) || addresses.has(normal(user.profile?.email ?? ""))) users.push(user)
    })
    return { users, everyone, aliases } satisfies ShownUsers
  },
  (read) =>
    read.pipe(
      Effect.catchIf(
        (error) => error.category === "refused",
        () => Effect.succeed<ShownUsers>({ users: [], aliases: new Map() }),
      ),
      Effect.mapError(toConnectorError),
    ),
)

/** What SCIM lists of what is wanted, and why its list is not whole, where that is so. */
export interface ScimMatches {
  readonly users: ReadonlyArray<ScimUser>
  readonly notWhole?: ConnectorError
}

/**
 * The matches of SCIM, and its records of those whom `users.list` matched. A list that does not fit its total is whole all the
 * same if it holds everyone whom `users.list` shows.
 */
export const inScim = Effect.fnUntraced(function* ({ ids, addresses }: Wanted, shown: ShownUsers) {
  const client = yield* ScimClient
  const users: Array<ScimUser> = []
  const matched = new Set(shown.users.flatMap((user) => [user.id, user.enterprise_user?.id ?? user.id]))
  const missing = shown.everyone === undefined ? undefined : new Set(shown.everyone)
  const read = client.users.list().pipe(
    Stream.runForEach((user) =>
      Effect.sync(() => {
        missing?.delete(shown.aliases.get(user.id) ?? user.id)
        const isWanted = ids.has(user.id) || matched.has(user.id)
        if (isWanted || user.emails.some(({ value }) => addresses.has(normal(value)))) users.push(user)
      }),
    ),
    Effect.as<ScimMatches>({ users }),
  )
  return yield* read.pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "ShortList",
      (error) => Effect.succeed({ users, ...(missing?.size === 0 ? {} : { notWhole: scimToConnectorError(error) }) }),
    ),
    Effect.mapError(scimToConnectorError),
  )
})

/** One entry for each account: SCIM may list it under the id that the whole organisation has for it. */
export const join = (users: ReadonlyArray<SlackUser>, scim: ReadonlyArray<ScimUser>): ReadonlyArray<AccountMatch> => {
  const accounts = new Map<string, AccountMatch>(users.map((user) => [user.id, { user }]))
  const roots = new Map(users.map((user) => [user.enterprise_user?.id ?? user.id, user.id]))
  for (const record of scim) {
    const id = accounts.has(record.id) ? record.id : (roots.get(record.id) ?? record.id)
    accounts.set(id, { ...accounts.get(id), scim: record })
  }
  return [...accounts.values()]
}

/** All ids of the account, that of SCIM first. */
export const idsOf = ({ user, scim }: AccountMatch): ReadonlyArray<string> => [
  ...new Set([scim?.id, user?.id, user?.enterprise_user?.id].filter((id) => typeof id === "string")),
]

/** All addresses of the account. */
export const addressesOf = ({ user, scim }: AccountMatch): ReadonlySet<string> =>
  new Set([user?.profile?.email ?? "", ...(scim?.emails ?? []).map(({ value }) => value)].map(normal))

/** The address that SCIM calls the primary one, or the first. */
export const primaryOf = (scim: ScimUser | undefined): string | undefined =>
  (scim?.emails.find(({ primary }) => primary === true) ?? scim?.emails[0])?.value

/** Whether it is deactivated: SCIM decides where it lists the account. */
export const isInactive = ({ user, scim }: AccountMatch): boolean =>
  scim === undefined ? user?.deleted === true : scim.active === false

/** Why Slack takes the account into no IdP group. Source: https://docs.slack.dev/reference/scim-api */
export const ineligible = (account: AccountMatch): string | undefined => {
  if (isInactive(account)) return "deactivated"
  const { user, scim } = account
  return user?.is_restricted === true || user?.is_ultra_restricted === true || scim?.guest !== undefined
    ? "a guest"
    : undefined
}
