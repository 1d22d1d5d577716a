// Whether Slack hides e-mail addresses from the token. What the list shows counts more than the scopes that a header names:
// an address on any page says that they are shown. One page without any says nothing, so this is decided at the end.
import type { Listed, StoreError } from "@rollcall/connector"
import type { UsersList } from "@rollcall/slack-api"
import { Effect } from "effect"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"

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
