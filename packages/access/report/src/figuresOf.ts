// The figures of a report: what was counted, and why it may not be all.
import type { AccessReader } from "@rollcall/access"
import type { Knowledge, Lack } from "./knowledge.ts"
import { figureOf } from "./knowledge.ts"
import type { Figure, ReportFigures, Unseen } from "./Report.ts"
import type { Counted, Survey } from "./surveyAccounts.ts"

/** The figures of the accounts. */
export const figuresOf = (
  access: AccessReader,
  knowledge: Knowledge,
  { counts }: Survey,
  knowsEnds: boolean,
): Omit<ReportFigures, "groups"> => {
  const { meanings } = access
  const { lackOf, lackOfGrants, unread } = knowledge
  const others = [...knowledge.types]
    .filter(([, { isAccount }]) => !isAccount)
    .map(([id]) => id)
    .concat(knowledge.unlisted)
  const accounts: Lack =
    access.accountTypes.size === 0
      ? "The sync lists no type of resources that are accounts."
      : lackOf(access.accountTypes)
  const status = accounts ?? unread("status")
  const kind = accounts ?? unread("kind") ?? (meanings.declareKinds ? lackOf(meanings.types) : null)
  const kindOf = (kinds: ReadonlyArray<string>, what: string): Lack =>
    kinds.some((it) => meanings.kinds.some((known) => known === it))
      ? kind
      : `What makes an account ${what} is not known in files of this connector.`
  const invited = kindOf(["invited"], "an invitation")
  const mfa =
    accounts ??
    unread("mfa") ??
    (meanings.tells("mfa") ? null : "The file does not say whether second factors were read.")
  /** A figure that is known but for accounts of which an attribute is not. */
  const among = (name: Counted, why: Lack, unknown: Counted, attribute: string): Figure => {
    const more = counts[unknown]
    if (why !== null || more === 0) return figureOf(counts[name], why)
    return { seen: counts[name], why: `The ${attribute} of ${counted(more)} is not known.`, most: counts[name] + more }
  }
  return {
    accounts: figureOf(counts.accounts, accounts),
    enabled: among("enabled", status, "unknownStatus", "status"),
    disabled: among("disabled", status, "unknownStatus", "status"),
    privileged: figureOf(
      counts.privileged,
      meanings.declarePrivileged
        ? (accounts ?? lackOfGrants(meanings.types))
        : "Which entitlements are privileged is not known in files of this connector. Name them with --privileged.",
    ),
    guests: among("guests", kindOf(["guest"], "a guest"), "unknownKind", "kind"),
    bots: among("bots", kindOf(["bot", "service", "system"], "a bot"), "unknownKind", "kind"),
    invited: among("invited", invited, "unknownKind", "kind"),
    invitedLong: among("invitedLong", invited, "invitedUndated", "age"),
    disabledHolding: among("disabledHolding", status ?? lackOfGrants(others), "unknownStatus", "status"),
    withoutMfa: among("withoutMfa", mfa, "unknownMfa", "second factor"),
    ...(knowsEnds ? { ending: figureOf(counts.ending, accounts) } : {}),
  }
}

const counted = (accounts: number): string =>
  `${accounts.toLocaleString("en")} ${accounts === 1 ? "account" : "accounts"}`

/** What is not known of accounts, where no gap says so. */
export const unknownAttributes = (
  { meanings }: AccessReader,
  { unread }: Knowledge,
  { counts }: Survey,
): ReadonlyArray<Unseen> => {
  const notRead = "The file does not say whether it was read."
  const noRole = meanings.declareKinds ? "Nothing that they hold says it." : "Their records do not say it."
  const unknown = [
    ["e-mail address", unread("email"), counts.unknownEmail, notRead],
    ["status", unread("status"), counts.unknownStatus, notRead],
    ["kind", unread("kind"), counts.unknownKind, noRole],
    ["second factor", unread("mfa"), counts.unknownMfa, notRead],
  ] as const
  return [
    ...unknown.flatMap(([what, gap, accounts, why]): ReadonlyArray<Unseen> =>
      gap !== null || accounts === 0 ? [] : [{ what: `The ${what} of ${counted(accounts)}`, why, expected: false }],
    ),
    ...(meanings.declarePrivileged
      ? []
      : [
          {
            what: "Which accounts are privileged",
            why: "What the entitlements of this connector mean is not known. Name those that make an account privileged with --privileged.",
            expected: false,
          },
        ]),
  ]
}
