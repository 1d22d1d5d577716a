// The page of a reviewer, one file that works wherever it is opened: what they are asked, and a script that lets them decide.
import { htmlPage } from "@rollcall/pages"
import { Effect, Stream } from "effect"
import { pageScript } from "./generated/pageScript.ts"
import { decisionWords, longestComment, type ReviewerItems } from "./ReviewerItems.ts"
import type { ReviewerPageData } from "./reviewerPageData.ts"

/** What stands on one of the pages that a reviewer gets. */
export interface ReviewerPart extends ReviewerItems {
  /** From 1. */
  readonly part: number
  readonly parts: number
}

/** The page as text. It holds the items that it is given and nothing of others. */
export const reviewerPage = ({
  campaign,
  due,
  reviewer,
  columns,
  items,
  part,
  parts,
}: ReviewerPart): Effect.Effect<string> => {
  const data: Omit<ReviewerPageData, "items"> = {
    campaign: { ...campaign, workspace: campaign.workspace ?? null },
    due,
    reviewer,
    part,
    parts,
    columns,
    decisions: Object.entries(decisionWords),
    longestComment,
    fileName: [campaign.name, reviewer.email, ...(parts === 1 ? [] : [String(part)])].map(safeName).join("-"),
  }
  const title = `Access review ${campaign.name}`
  const page = htmlPage({
    title,
    script: pageScript,
    style,
    data: { ...data },
    rows: { items: Stream.fromIterable(items) },
  })
  return Effect.map(Stream.runCollect(page), (pieces) => pieces.join(""))
}

/** A text as a part of a file name, in signs that are safe everywhere. */
export const safeName = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9@._-]+/gu, "_")
    .replace(/^\.+/u, "_")
    .slice(0, 100)

const style = `
html{scroll-padding-top:5rem}
ol.steps{margin:.75rem 0;padding-left:1.25rem;max-width:60rem}
.bar-of-work{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;align-items:center;background:var(--paper);border-bottom:1px solid var(--line);padding:.6rem 0;margin-bottom:.75rem}
.how-far{display:flex;flex-wrap:wrap;gap:.25rem .9rem;align-items:center;flex:1 1 16rem}
.how-far p{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
progress{flex:1 1 8rem;max-width:22rem;height:.7rem;accent-color:var(--accent)}
.bar-of-work [role=alert]{flex:1 1 100%;margin:0}
.bar-of-work [role=alert]:empty{display:none}
.bulk label{flex:0 1 22rem}
[role=status]:empty{display:none}
#items table{table-layout:fixed}
#items th:nth-child(1){width:4.2rem}
#items th:nth-child(2){width:26%}
#items th:nth-child(3){width:22%}
#items th:nth-child(4):not(:last-child){width:14%}
tr:has(.pick :checked){background:var(--raised)}
.tags{display:flex;flex-wrap:wrap;gap:.25rem;margin:.15rem 0}
.tags:empty{display:none}
.tag{border:1px solid var(--line);border-radius:.35rem;padding:0 .4rem;font-size:.85em;color:var(--soft)}
.tag.warn{border-color:currentColor;color:var(--warn)}
.exact{font-family:ui-monospace,Consolas,monospace;font-size:.8em}
dl.history{margin:0}
dl.history dt{color:var(--soft);font-size:.85em}
dl.history dd{margin:0 0 .25rem}
.decide{display:grid;grid-template-columns:1fr auto;gap:.35rem;align-items:start}
.decide>*{grid-column:1/-1}
.decide textarea{grid-column:1}
.decide .clear{grid-column:2;padding:.35rem .2rem}
.picks{display:flex;flex-wrap:wrap;gap:.25rem;align-items:center}
.pick{position:relative;border:1px solid var(--soft);border-radius:1rem;padding:.1rem .6rem;background:var(--paper);cursor:pointer}
.pick input{position:absolute;inset:0;margin:0;opacity:0;cursor:pointer}
.pick:has(:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
.pick:has(:checked){background:var(--accent);border-color:var(--accent);color:var(--paper)}
.pick.keep:has(:checked){background:var(--good);border-color:var(--good)}
.pick.change:has(:checked){background:var(--warn);border-color:var(--warn)}
.pick.remove:has(:checked),.pick.disable:has(:checked){background:var(--bad);border-color:var(--bad)}
.clear{border:0;background:none;color:var(--soft);text-decoration:underline;font-size:.85em}
.decide textarea{width:100%;resize:vertical;field-sizing:content;min-height:2.1rem;max-height:12rem}
textarea[aria-invalid=true]{border-color:var(--bad)}
@media(max-width:50rem){
#items thead{display:none}
#items table,#items tbody,#items tr,#items td{display:block;width:auto;text-align:left}
#items tr{border-top:1px solid var(--line);padding:.5rem 0}
#items td{border:0;padding:.2rem .6rem}
#items td:first-child::before{content:"Item "}
}
@media print{.bar-of-work{position:static}.pick:not(:has(:checked)),.decide textarea:placeholder-shown,#draft,ol.steps{display:none}}
`
