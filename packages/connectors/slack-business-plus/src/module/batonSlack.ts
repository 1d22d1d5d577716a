// What differs on purpose from the files of the Go connector `baton-slack` with a Business+ token.
import type { ReplacedConnector } from "@rollcall/connector"
import { batonSlack } from "@rollcall/slack-pro/module-parts"

const kinds = ["resourceType", "resource", "entitlement", "grant"] as const

/** `baton-slack` with a Business+ token. */
export const replacedOnBusinessPlus: ReplacedConnector = batonSlack([
  {
    id: "business-plus-roles",
    what: "Business+ roles are listed, with who holds them.",
    why: "Organization primary owner, owner and admin, and system roles where the token may read them. baton-slack names the type and lists none.",
    where: kinds.map((kind) => ({ kind, resourceType: "businessPlusRole", only: "ours" })),
  },
  {
    id: "date-of-creation",
    what: "Accounts have the date on which they were created.",
    why: "SCIM tells it, and baton-slack does not store it.",
    where: [
      { kind: "resource", resourceType: "user", path: "createdAt", only: "ours" },
      { kind: "resource", resourceType: "user", path: "annotations.UserTrait.createdAt", only: "ours" },
    ],
  },
  {
    id: "all-accounts-lost",
    what: "The other file lists no account at all.",
    why: "baton-slack drops its whole list of accounts, and ends with 0, where SCIM names one account that `users.info` does not know. Rollcall keeps that account with what SCIM tells.",
    where: [{ kind: "resource", resourceType: "user", only: "ours", otherHasNone: true }],
  },
  {
    id: "accounts-beyond-scim",
    what: "Accounts are listed that SCIM does not have.",
    why: "Slackbot and people of connected workspaces are in `users.list` alone. baton-slack lists what SCIM has, and stores grants of the others without them.",
    where: [{ kind: "resource", resourceType: "user", only: "ours", without: "profile.scim_user_name" }],
  },
])
