// What Slack may hide from a token: e-mail addresses and second factors. What the list shows counts more than the scopes that a
// header names: one on any page says that they are shown. One page without any says nothing, so this is decided at the end.
import type { Gap, Listed, StoreError } from "@rollcall/connector"
import type { UsersList } from "@rollcall/slack-api"
import { Effect } from "effect"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"
import { userType } from "./resourceTypes.ts"

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
