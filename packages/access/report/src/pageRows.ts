// Accounts and changes as the rows of a page.
import type { Comparison } from "@rollcall/access"
import { detailsOf, isBot, isOff, isOfKind, sectionIds, sections } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Stream } from "effect"
import type { ChangeRow, ChangesData, PersonRow } from "./pageData.ts"
import { personBits as bits } from "./pageData.ts"
import type { Report, ReportedAccount } from "./Report.ts"
import { endTexts, mfaText, statusText } from "./Report.ts"
import type { Word } from "./words.ts"
import { wordWriter } from "./words.ts"

/** The rows of all accounts. */
export const personRows = ({ accounts }: Pick<Report, "accounts">): Stream.Stream<PersonRow, StoreError> =>
  Stream.suspend(() => {
    const word = wordWriter()
    return Stream.map(accounts, (account) => personRow(account, word))
  })

const personRow = (account: ReportedAccount, word: (text: string) => Word): PersonRow => {
  const { id, name, attributes, roles, privilegedBy, groups, inGroups, holds, open } = account
  const { email, kindText, privileged, status, unknown } = attributes
  const isDisabled = isOff(status)
  const row = [
    name,
    email ?? (unknown.includes("email") ? null : ""),
    word(statusText(attributes)),
    word(kindText),
    word(mfaText(attributes)),
    (privileged.length > 0 ? bits.privileged : 0) |
      (isOfKind(attributes, "guest") ? bits.guest : 0) |
      (isBot(attributes) ? bits.bot : 0) |
      (isOfKind(attributes, "invited") && !isDisabled ? bits.invited : 0) |
      (isDisabled ? bits.disabled : 0),
    id.resource,
    roles.map(word),
    groups,
    inGroups,
    isDisabled ? holds : 0,
  ] as const
  const ends = endTexts(account)
  if (ends.length > 0) {
    return [...row, privilegedBy.map(word), open && [open.since, open.days, open.atLeast], ends]
  }
  if (open !== null) return [...row, privilegedBy.map(word), [open.since, open.days, open.atLeast]]
  return privilegedBy.length > 0 ? [...row, privilegedBy.map(word)] : row
}

/** The changes of a comparison, at most so many of each section, and what is said of them. */
export const changesOf = (
  { total, counts, unknown, changes }: Comparison,
  mostOfSection: number,
): { readonly data: ChangesData; readonly rows: Stream.Stream<ChangeRow, StoreError> } => ({
  data: {
    total,
    sections: sectionIds.map((id) => [sections[id], counts[id], Math.min(counts[id], mostOfSection)]),
    unknown: unknown.map(({ text }) => text),
  },
  rows: Stream.suspend(() => {
    const left = new Map(sectionIds.map((id) => [id, mostOfSection]))
    return changes.pipe(
      Stream.filter(({ section, what }) => {
        const rest = left.get(section) ?? 0
        // How many hold something is no change of its own.
        if (what !== "holders") left.set(section, rest - 1)
        return rest > 0
      }),
      Stream.map((change): ChangeRow => {
        const { section, what, subject, entitlement } = change
        return [
          sectionIds.indexOf(section),
          change.change,
          what,
          subject.name,
          subject.email,
          formatResourceId(subject.id),
          subject.kind,
          entitlement === null ? null : `${entitlement.resourceName} (${entitlement.slug})`,
          detailsOf(change).join("; "),
        ]
      }),
    )
  }),
})
