// The pages of this package: a report, and a comparison.
import { dataText, element, facts, layOut, part } from "@rollcall/pages/browser"
import type { DiffPageData, PageData, ReportPageData } from "../pageData.ts"
import { changesPart, countText, notCompared, shownSections } from "./changes.ts"
import { groupsPart } from "./groups.ts"
import { readPeople } from "./people.ts"
import { accountsPart, peopleParts } from "./peopleLists.ts"
import { sourcePart, unseenNotice, unseenPart } from "./source.ts"
import { summaryPart } from "./summary.ts"

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
  layOut({
    title,
    lead: [element("p", {}, `${countText(changes)}.`), facts(pairs), ...notCompared(changes)],
    parts: shownSections(changes, changeRows).map(({ title: heading, nodes }, place) =>
      part(`section-${place}`, heading, ...nodes),
    ),
    foot: [element("p", {}, foot)],
  })
}

const data: PageData = JSON.parse(dataText())
if (data.page === "report") drawReport(data)
else drawDiff(data)
