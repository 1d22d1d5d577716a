// The pages of this package: a report, and a comparison.
import { dataText, element, facts, grouped, layOut, part } from "@rollcall/pages/browser"
import type { DiffPageData, PageData, ReportPageData } from "../pageData.ts"
import { notCompared, shownSections } from "./changes.ts"
import { readPeople } from "./people.ts"
import {
  accountsPart,
  changesPart,
  groupsPart,
  peopleParts,
  sourcePart,
  summaryPart,
  unseenNotice,
  unseenPart,
} from "./reportParts.ts"

const drawReport = (data: ReportPageData): void => {
  const people = readPeople(data.people)
  layOut({
    title: data.title,
    lead: [element("p", { class: "soft" }, data.lead), unseenNotice(data)],
    parts: [
      summaryPart(data),
      unseenPart(data),
      changesPart(data),
      ...peopleParts(data, people),
      groupsPart(data, people),
      accountsPart(data, people),
      sourcePart(data),
    ],
    foot: [element("p", {}, data.foot)],
  })
}

const drawDiff = ({ title, facts: pairs, changes, changeRows, foot }: DiffPageData): void => {
  const { total } = changes
  layOut({
    title,
    lead: [
      element("p", {}, total === 0 ? "No changes." : `${grouped(total)} ${total === 1 ? "change" : "changes"}.`),
      facts(pairs),
      ...notCompared(changes),
    ],
    parts: shownSections(changes, changeRows).map(({ title: heading, nodes }, place) =>
      part(`section-${place}`, heading, ...nodes),
    ),
    foot: [element("p", {}, foot)],
  })
}

const data: PageData = JSON.parse(dataText())
if (data.page === "report") drawReport(data)
else drawDiff(data)
