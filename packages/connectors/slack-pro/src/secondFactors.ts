// Whether Slack shows who has a second factor. Only the user token of an admin sees that of others, and every user token its own:
// https://docs.slack.dev/reference/objects/user-object. Only the end of the list can tell that nobody else showed one.
import type { Gap, Listed, StoreError } from "@rollcall/connector"
import type { UsersList } from "@rollcall/slack-api"
import { Effect } from "effect"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"
import { userType } from "./resourceTypes.ts"

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

/** What a page of `users.list` says of second factors, after the pages before it. */
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
