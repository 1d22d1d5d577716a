// A page of `users.list`, whether it can be believed, and what of it Slack may hide from the token. A list of accounts is
// never empty, and no page shows only what was there before. Neither a page that is exactly full ends a list by itself, nor
// one that was announced and is empty: each is asked for once more. Of e-mail addresses and second factors what the list
// shows counts more than the scopes that a header names: one on any page says that they are shown. One page without any says
// nothing, so this is decided at the end.
import type { Gap, Listed, StoreError } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { SlackWebApi, UsersList, UsersPage } from "@rollcall/slack-api"
import { usersPage, usersPageAgain } from "@rollcall/slack-api"
import { Effect } from "effect"
import { idsOn, listsOf } from "./accounts.ts"
import type { WorkspacePageRequest } from "./workspaces.ts"
import { toConnectorError } from "./failures.ts"
import { userType } from "./resourceTypes.ts"

/**
 * Reads one page of `users.list`, https://docs.slack.dev/reference/methods/users.list. Fails with `NotWhole` where the list
 * cannot be the whole list of the workspace.
 */
export const readAccounts = Effect.fn("SlackPro.readAccounts")(function* (
  request: WorkspacePageRequest,
): Effect.fn.Return<UsersList, ConnectorError | StoreError, SlackWebApi> {
  const { team, cursor } = request
  const first = yield* Effect.mapError(usersPage(cursor, team), toConnectorError)
  const announced = yield* withAnnounced(request, first)
  const page = yield* withFullEnd(request, yield* withNewAccounts(request, announced))
  if (page.next === undefined) yield* checkEnd(request, page)
  return page
})

const recordsOn = ({ members, rejected }: UsersList): number => members.length + rejected

/** The first id nearly always decides it, so that all others need not be looked for. */
const hasNewAccounts = Effect.fnUntraced(function* (request: WorkspacePageRequest, page: UsersList) {
  const ids = idsOn(page)
  const anyOf = (some: ReadonlyArray<string>) =>
    Effect.map(request.evidence.unseen(some, listsOf(request)), (unseen) => unseen.length > 0)
  return (yield* anyOf(ids.slice(0, 1))) || (yield* anyOf(ids.slice(1)))
})

/**
 * A page that a cursor led to, and that ends the list without anybody on it, is asked for once more. Where it stays so it is
 * believed: Slack leaves records out after it has cut a page, https://docs.slack.dev/apis/web-api/pagination.
 */
const withAnnounced = Effect.fnUntraced(function* (request: WorkspacePageRequest, page: UsersPage) {
  const endsEmpty = recordsOn(page) === 0 && page.next === undefined
  if (page.asked.cursor === undefined || !endsEmpty) return page
  return yield* Effect.mapError(usersPageAgain(page.asked, page.asked.size, request.team), toConnectorError)
})

/** A page of accounts that were all there before is asked for once more. An empty page is normal. */
const withNewAccounts = Effect.fnUntraced(function* (request: WorkspacePageRequest, page: UsersPage) {
  if (recordsOn(page) === 0 || (yield* hasNewAccounts(request, page))) return page
  const again = yield* Effect.mapError(usersPageAgain(page.asked, page.asked.size, request.team), toConnectorError)
  const isEnd = recordsOn(again) === 0 && (again.next !== undefined || page.next === undefined)
  if (isEnd || (yield* hasNewAccounts(request, again))) return again
  return yield* notWhole(request, "A page of users.list shows only accounts that were listed before, twice in a row.")
})

/**
 * A full page without a cursor may be the end or a list that lost its cursor. With one member fewer the server must say that
 * there is more; a server that sends more than it was asked for has no pages at all.
 */
const withFullEnd = Effect.fnUntraced(function* (request: WorkspacePageRequest, page: UsersPage) {
  const { size } = page.asked
  if (page.next !== undefined || recordsOn(page) !== size) return page
  const lower = yield* Effect.mapError(usersPageAgain(page.asked, size - 1, request.team), toConnectorError)
  if (lower.next !== undefined) return lower
  if (recordsOn(lower) === size - 1) {
    const what = `users.list gives ${size} accounts of ${size}, and ${size - 1} of ${size - 1}, and says of neither that there are more.`
    return yield* notWhole(request, what)
  }
  return bothOf(page, lower)
})

/** What either of two answers for one page shows. */
const bothOf = (page: UsersPage, other: UsersPage): UsersPage => {
  const known = new Set(page.members.map(({ id }) => id))
  const ids = [...new Set([...(page.rejectedIds ?? []), ...(other.rejectedIds ?? [])])]
  return {
    ...page,
    members: [...page.members, ...other.members.filter(({ id }) => !known.has(id))],
    rejected: Math.max(page.rejected, other.rejected),
    ...(ids.length === 0 ? {} : { rejectedIds: ids }),
  }
}

/** The account of the token is in the list of its workspace; where the token opens several, each lists somebody. */
const checkEnd = Effect.fnUntraced(function* (request: WorkspacePageRequest, page: UsersPage) {
  const { reader, evidence, workspace } = request
  const ids = idsOn(page)
  if (reader === undefined) {
    const isEmpty = ids.length === 0 && (yield* evidence.count(listsOf(request))) === 0
    return isEmpty
      ? yield* notWhole(request, `users.list of ${workspace.displayName} shows no account at all.`)
      : undefined
  }
  const isOwn = ids.includes(reader) || page.members.some((user) => user.enterprise_user?.id === reader)
  if (isOwn || (yield* evidence.unseen([reader])).length === 0) return undefined
  const count = (yield* evidence.count(listsOf(request))) + (yield* evidence.unseen(ids, listsOf(request))).length
  const shows = count === 0 ? "no account at all" : `${count} ${count === 1 ? "account" : "accounts"}`
  return yield* notWhole(request, `users.list shows ${shows}, and not the account of the token itself (${reader}).`)
})

const notWhole = ({ workspace }: WorkspacePageRequest, what: string) =>
  Effect.fail(
    new ConnectorError({
      reason: { _tag: "NotWhole" },
      message: `The list of accounts of ${workspace.displayName} (${workspace.id}) is not whole: ${what}`,
      hint: "Check whether a proxy changes Slack's replies.",
    }),
  )

/** The scope that shows e-mail addresses. */
export const emailScope = "users:read.email"

/** The list, of this one entry, that says that an address was seen. */
const addressSeen = "an e-mail address was seen"

/** What a page says of addresses. */
export interface EmailsOfPage {
  /** For the pages after this one. */
  readonly listed: ReadonlyArray<Listed>
  /** No address was seen up to here, and the scope is not known to be granted: an absent one is not to be told as empty. */
  readonly areHidden: boolean
  /** The same at the end of the last list: a gap. */
  readonly areMissing: boolean
}

/** Judges a page of `users.list` after the pages before it. */
export const emailsOfPage = Effect.fnUntraced(function* (
  { evidence, isLast }: Pick<WorkspacePageRequest, "evidence" | "isLast">,
  { scopes, members, next }: Pick<UsersList, "scopes" | "members" | "next">,
): Effect.fn.Return<EmailsOfPage, StoreError> {
  const isShown = members.some((user) => user.profile?.email)
  const listed = isShown ? [{ list: addressSeen, ids: [addressSeen] }] : []
  if (isShown || scopes?.includes(emailScope) === true) return { listed, areHidden: false, areMissing: false }
  const areHidden = (yield* evidence.unseen([addressSeen], [addressSeen])).length > 0
  return { listed, areHidden, areMissing: areHidden && isLast && next === undefined }
})

/** The list, of this one entry, that says that Slack told of somebody else whether there is a second factor. */
const factorSeen = "a second factor was told of"

const factorsNotShown: Gap = {
  resourceType: userType.id,
  missing: "second factors of accounts",
  reason: "credential",
  explanation:
    "Slack shows them only to the user token of an admin with users:read, so it is not known who has none. To see them, give such a token as BATON_TOKEN.",
  attributes: ["mfa"],
  expected: true,
}

/**
 * What a page of `users.list` says of second factors, after the pages before it. Only the user token of an admin sees that of
 * others, and every user token its own: https://docs.slack.dev/reference/objects/user-object.
 */
export const secondFactorsOfPage = Effect.fnUntraced(function* (
  { evidence, isLast, reader }: Pick<WorkspacePageRequest, "evidence" | "isLast" | "reader">,
  { members, next }: Pick<UsersList, "members" | "next">,
): Effect.fn.Return<{ readonly listed: ReadonlyArray<Listed>; readonly gaps: ReadonlyArray<Gap> }, StoreError> {
  const isShown = members.some((user) => user.has_2fa !== undefined && user.id !== reader)
  if (isShown) return { listed: [{ list: factorSeen, ids: [factorSeen] }], gaps: [] }
  const isEnd = isLast && next === undefined
  const isMissing = isEnd && (yield* evidence.unseen([factorSeen], [factorSeen])).length > 0
  return { listed: [], gaps: isMissing ? [factorsNotShown] : [] }
})
