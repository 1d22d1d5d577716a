// A whole page: head, header with search, navigation, the document, its parts, what comes before and after.
import type { Document } from "../documents/Document.ts"
import { type Entry, longestGroup } from "../documents/Navigation.ts"
import { indexPath, pageOf } from "../documents/projectDocuments.ts"
import { escapeHtml } from "./escapeHtml.ts"
import { pageBody, relativeAddress, type Site } from "./pageBody.ts"

/** The commit that a site is made from. */
export interface Commit {
  /** Its id, in full. */
  readonly id: string
  /** The day of the commit, such as `2026-11-30`. */
  readonly day: string
}

// 'self' is enough from disk in Chromium, which tests drive. What it means for a file is not specified, so `file:` stands beside it; a page
// that comes from a server cannot load one. The search is loaded when it is first used, from the address that its policy gives.
const policy = [
  "default-src 'none'",
  "script-src 'self' file:",
  "style-src 'self' file:",
  "img-src 'self' file:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types rollcall-search",
].join("; ")

/** The page of a document. */
export const pageHtml = (site: Site, commit: Commit, document: Document): string => {
  const page = pageOf(document.path)
  const to = (path: string) => escapeHtml(relativeAddress(page, path))
  const isStart = document.path === indexPath
  const name = isStart ? "Rollcall documentation" : `${document.title} · Rollcall`
  return `<!doctype html>
<html lang="en" data-root="${to("index.html").slice(0, -"index.html".length)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(shortened(document.summary))}">
<title>${escapeHtml(name)}</title>
<link rel="icon" href="${to("icon.svg")}">
<link rel="stylesheet" href="${to("site.css")}">
<script src="${to("theme.js")}"></script>
<script src="${to("site.js")}" defer></script>
</head>
<body${isStart ? ' class="start"' : ""}>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<button type="button" class="menu" popovertarget="navigation">Menu</button>
<a class="brand" href="${to("index.html")}"><svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="M8 10h9M8 16h9M8 22h6M20 21l3 3 5-7"/></svg>Rollcall</a>
<form role="search" hidden>
<input type="search" role="combobox" aria-label="Search the documentation" placeholder="Search" autocomplete="off" spellcheck="false" aria-expanded="false" aria-controls="found" aria-autocomplete="list">
<kbd aria-hidden="true">/</kbd>
<div class="found" hidden><div id="found" role="listbox" aria-label="Search results"></div><p hidden></p></div>
<p class="unseen" role="status"></p>
</form>
<button type="button" class="theme" hidden aria-pressed="false">Dark</button>
</header>
<div class="frame">
<nav id="navigation" popover aria-label="Documentation">
${navigation(site, document)}</nav>
<main id="content" tabindex="-1">
<article>
${pageBody(site, document)}</article>
${isStart ? "" : neighbours(site, document)}</main>
${parts(document, isStart)}</div>
<footer class="bottom"><p>Made from <code>${escapeHtml(document.path)}</code> of commit <code>${commit.id.slice(0, 12)}</code>, ${commit.day}.</p></footer>
</body>
</html>
`
}

const navigation = ({ groups }: Site, document: Document): string => {
  const page = pageOf(document.path)
  const item = ({ title, path }: Entry) => {
    const current = path === document.path ? ' aria-current="page"' : ""
    return `<li><a href="${escapeHtml(relativeAddress(page, pageOf(path)))}"${current}>${escapeHtml(title)}</a></li>`
  }
  return groups
    .map((group) => {
      const isShown = group.entries.length <= longestGroup || group.entries.some(({ path }) => path === document.path)
      const heading = `<a href="${escapeHtml(relativeAddress(page, pageOf(indexPath)))}#${group.id}">${escapeHtml(group.title)}</a>`
      return `<h2>${heading}</h2>\n${isShown ? `<ul>\n${group.entries.map(item).join("\n")}\n</ul>\n` : ""}`
    })
    .join("")
}

const neighbours = ({ groups }: Site, document: Document): string => {
  const { entries } = groups.find((group) => group.entries.some(({ path }) => path === document.path)) ?? {
    entries: [],
  }
  const at = entries.findIndex(({ path }) => path === document.path)
  const link = (entry: Entry | undefined, rel: "prev" | "next", word: string) =>
    entry === undefined
      ? ""
      : `<a rel="${rel}" href="${escapeHtml(relativeAddress(pageOf(document.path), pageOf(entry.path)))}"><span>${word}</span> ${escapeHtml(entry.title)}</a>`
  const links = link(entries[at - 1], "prev", "Previous") + link(entries[at + 1], "next", "Next")
  return links === "" ? "" : `<nav class="neighbours" aria-label="Pages beside this one">${links}</nav>\n`
}

const parts = ({ headings }: Document, isStart: boolean): string => {
  const shown = headings.filter(({ level }) => level === 2 || level === 3)
  if (isStart || shown.length < 2) return ""
  const items = shown.map(
    ({ level, id, text }) => `<li class="level-${level}"><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`,
  )
  return `<nav class="parts" aria-labelledby="parts"><h2 id="parts">On this page</h2>\n<ul>\n${items.join("\n")}\n</ul></nav>\n`
}

/** As much of a text as search engines and chats show. */
const shortened = (text: string): string => (text.length <= 160 ? text : `${text.slice(0, 159).trimEnd()}…`)
