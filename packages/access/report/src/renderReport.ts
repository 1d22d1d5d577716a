// A report as text of a format, in pieces.
import { safeJson } from "@rollcall/access/render"
import { changeJson } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { Stream } from "effect"
import { reportMarkdown } from "./markdown/reportMarkdown.ts"
import { reportPage } from "./reportPage.ts"
import type { Figure, Report, ReportedAccount, ReportedGroup } from "./Report.ts"

/** The forms of a report. */
export const reportFormats = ["html", "markdown", "json"] as const
export type ReportFormat = (typeof reportFormats)[number]

/** The report as text, in pieces. */
export const renderReport = (report: Report, format: ReportFormat): Stream.Stream<string, StoreError> => {
  if (format === "html") return reportPage(report)
  return format === "json" ? reportJson(report) : reportMarkdown(report)
}

/** One object, of which accounts and changes are the last members: each of their records is a line. */
const reportJson = (report: Report): Stream.Stream<string, StoreError> => {
  const { source, figures, statuses, kinds, secondFactors, types, groups, unseen, changes, accounts } = report
  const compared = "none" in changes ? undefined : changes
  const head = safeJson({
    source,
    figures: Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figureJson(figure)])),
    statuses,
    kinds,
    secondFactors,
    types: types.map((type) => ({
      id: type.id,
      name: type.name,
      resources: figureJson(type.resources),
      entitlements: figureJson(type.entitlements),
      grants: figureJson(type.grants),
    })),
    groups: groups.map(groupJson),
    unseen,
    changed:
      compared === undefined
        ? { since: null, why: "none" in changes ? changes.none : null, total: null, counts: null, unknown: null }
        : {
            since: { id: compared.before.id, endedAt: compared.before.endedAt ?? null },
            why: null,
            total: compared.total,
            counts: compared.counts,
            unknown: compared.unknown,
          },
  })
  return [
    Stream.make(`${head.slice(0, -1)},\n"changes":[`),
    compared === undefined
      ? Stream.empty
      : lines(Stream.map(compared.changes, (change) => safeJson(changeJson(change)))),
    Stream.make(`],\n"accounts":[`),
    lines(Stream.map(accounts, (account) => safeJson(accountJson(account, groups)))),
    Stream.make("]}\n"),
  ].reduce((before, after) => Stream.concat(before, after))
}

const lines = <E>(records: Stream.Stream<string, E>): Stream.Stream<string, E> =>
  Stream.zipWithIndex(records).pipe(Stream.map(([line, place]) => `${place === 0 ? "\n" : ",\n"}${line}`))

/** `count` is null where it is not known. */
const figureJson = ({ seen, why, most }: Figure): object => ({ count: why === null ? seen : null, seen, most, why })

const groupJson = ({ id, name, members, listed }: ReportedGroup): object => ({
  resourceType: id.resourceType,
  id: id.resource,
  name,
  members: figureJson(members),
  listed,
})

const accountJson = (account: ReportedAccount, groups: ReadonlyArray<ReportedGroup>): object => {
  const { id, name, attributes, roles, privilegedBy, groups: count, inGroups, holds, open, ends } = account
  const { email, status, kind, kinds, kindNote, mfa, privileged, createdAt, unknown } = attributes
  return {
    resourceType: id.resourceType,
    id: id.resource,
    name,
    email: email ?? null,
    status: status ?? null,
    kind: kind ?? null,
    kinds,
    kindNote: kindNote ?? null,
    mfa: mfa ?? null,
    roles,
    privilegedBy,
    privilegedEntitlements: privileged,
    createdAt: createdAt ?? null,
    unknown,
    groups: count,
    inGroups: inGroups.map((place) => groups[place]?.id.resource ?? ""),
    holds,
    open,
    // Absent where no ends are known.
    ends: ends?.map(({ isOfC1, by, reason, ...end }) => ({
      ...end,
      by: by ?? null,
      reason: reason ?? null,
      isOfC1,
    })),
  }
}
