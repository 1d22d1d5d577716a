// A report, and a comparison, as one HTML page each.
import type { Comparison, SyncInfo } from "@rollcall/access"
import { timeText, workspaceOf } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import type { Page } from "@rollcall/pages"
import { htmlPage } from "@rollcall/pages"
import type { Stream } from "effect"
import { Stream as Streams } from "effect"
import { pageScript } from "./generated/pageScript.ts"
import type { DiffPageData, GroupRow, ReportPageData, TypeRow } from "./pageData.ts"
import { changesOf, personRows } from "./pageRows.ts"
import type { Report, ReportSource } from "./Report.ts"

/** Changes of each section that a report has, and that the page of a comparison has. */
const mostInReport = 2_000
const mostInDiff = 20_000

const pageStyle = `
@media(min-width:60rem){#summary ul.cards{grid-template-columns:repeat(6,1fr)}}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(28rem,100%),1fr));gap:0 2.5rem}
button.name{border:0;background:none;padding:0;color:var(--accent);text-align:left;text-decoration:underline}
@media print{button.name{display:inline!important;color:inherit;text-decoration:none}}
`

/** What is given as rows. */
type Given<Data> = Omit<Data, "people" | "changeRows">

const pageOf = <Data extends ReportPageData | DiffPageData>(
  title: string,
  data: Given<Data>,
  rows: Page<StoreError>["rows"],
): Stream.Stream<string, StoreError> =>
  htmlPage({ title, script: pageScript, style: pageStyle, data: { ...data }, rows })

/** The page of a report, in pieces. */
export const reportPage = (report: Report): Stream.Stream<string, StoreError> => {
  const { source, changes } = report
  const title = `Access report: ${workspaceText(source)}`
  const compared = "none" in changes ? undefined : changesOf(changes, mostInReport)
  const data: Given<ReportPageData> = {
    page: "report",
    title,
    lead: `What the sync of ${timeText(source.endedAt ?? source.startedAt)} shows.`,
    facts: factsOf(source),
    foot: madeBy(source),
    figures: report.figures,
    statuses: report.statuses,
    kinds: report.kinds,
    secondFactors: report.secondFactors,
    types: report.types.map(({ name, id, resources, entitlements, grants }): TypeRow => [
      name,
      id,
      resources,
      entitlements,
      grants,
    ]),
    groups: report.groups.map(({ name, typeName, id, members, listed }): GroupRow => [
      name,
      typeName,
      id.resource,
      members,
      listed,
    ]),
    unseen: report.unseen,
    changes:
      "none" in changes || compared === undefined
        ? { none: "none" in changes ? changes.none : "" }
        : { ...compared.data, since: syncText(changes.before) },
  }
  return pageOf<ReportPageData>(title, data, {
    people: personRows(report),
    changeRows: compared?.rows ?? Streams.empty,
  })
}

/** What a comparison is called by. */
export interface DiffSource extends Pick<ReportSource, "version" | "madeAt"> {
  /** The files of the syncs. */
  readonly before: string
  readonly after: string
}

/** The page of a comparison, in pieces. */
export const diffPage = (comparison: Comparison, source: DiffSource): Stream.Stream<string, StoreError> => {
  const { before, after } = comparison
  const { data: changes, rows } = changesOf(comparison, mostInDiff)
  const workspace = after.source === undefined ? "" : ` in ${workspaceOf(after)}`
  const title = `What changed${workspace}`
  const data: Given<DiffPageData> = {
    page: "diff",
    title,
    facts: [
      ["From", `${syncText(before)}, ${source.before}`],
      ["To", `${syncText(after)}, ${source.after}`],
    ],
    foot: madeBy(source),
    changes,
  }
  return pageOf<DiffPageData>(title, data, { changeRows: rows })
}

const syncText = ({ id, endedAt = "" }: SyncInfo): string => `sync ${id} of ${timeText(endedAt)}`

const madeBy = ({ version, madeAt }: Pick<ReportSource, "version" | "madeAt">): string =>
  `Made by Rollcall ${version} on ${timeText(madeAt)}.`

/** Whose data a report is; where the file does not say it, which file that is. */
export const workspaceText = ({ workspace, file }: Pick<ReportSource, "workspace" | "file">): string =>
  workspace === null ? file : `${workspace.name} (${workspace.id})`

/** Where a report comes from, as terms and values. */
export const factsOf = (source: ReportSource): ReadonlyArray<readonly [term: string, value: string]> => [
  ["Workspace", source.workspace === null ? "unknown" : workspaceText(source)],
  ["Connector", source.connector ?? "unknown"],
  ["Sync", `${source.syncId} (${source.syncType})`],
  ["Began", source.startedAt],
  ["Ended", source.endedAt ?? "not finished"],
  ["File", `${source.file}, ${source.bytes.toLocaleString("en")} bytes`],
  ["SHA-256", source.sha256],
  ["Made by", `Rollcall ${source.version}`],
  ["Made at", source.madeAt],
]
