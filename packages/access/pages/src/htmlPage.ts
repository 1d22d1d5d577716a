// A whole HTML page as text, for a file or for a server. Names in it come from people whom nobody has to trust, so there is one way
// for data into a page: a block of JSON that the browser does not run, out of which the page's script makes text. The policy lets
// our own style and script run, by their hashes, and nothing else; it lets nothing be fetched.
import { escapeControls } from "@rollcall/access/render"
import { Stream } from "effect"
import { createHash } from "node:crypto"
import { baseStyle } from "./baseStyle.ts"

/** What a kind of page is made of, whatever it shows. */
export interface PageTemplate {
  /** The script that draws the page from its data: text that the project wrote, never data. */
  readonly script: string
  /** CSS in addition to that of all pages. */
  readonly style?: string | undefined
  /** Where forms may be sent: nowhere when absent. */
  readonly forms?: "'self'" | undefined
  /** What the script may ask for: nothing when absent. */
  readonly fetches?: "'self'" | undefined
}

/** One page. */
export interface Page<E = never> extends PageTemplate {
  /** The title of the window. Untrusted text is made safe. */
  readonly title: string
  /** The members of the page's data: values for JSON. */
  readonly data: Readonly<Record<string, unknown>>
  /** Further members, each an array in the page, whose records come one by one. */
  readonly rows?: Readonly<Record<string, Stream.Stream<unknown, E>>> | undefined
}

/** The id of the element that holds the data. */
const dataId = "data"

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

const wholeStyle = ({ style = "" }: PageTemplate): string => `${baseStyle}${style}`

/**
 * The Content-Security-Policy of a page, which stands in the page itself; a server sends it as a header too, with what only a header
 * can say. `require-trusted-types-for` has the browser refuse text as markup, wherever a script might try it.
 */
export const policyOf = (template: PageTemplate): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(template.script)}`,
    `style-src ${hashOf(wholeStyle(template))}`,
    ...(template.fetches === undefined ? [] : [`connect-src ${template.fetches}`]),
    "base-uri 'none'",
    `form-action ${template.forms ?? "'none'"}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ")

/**
 * The page as text, in pieces, so that data of any length takes no memory. Characters of control and of direction in any text are
 * written as escapes, such as `\u202e`, which a reader sees.
 */
export const htmlPage = <E = never>(page: Page<E>): Stream.Stream<string, E> =>
  Stream.concat(
    Stream.concat(Stream.make(headOf(page)), dataText(page)),
    Stream.make(`</script>\n<script>${page.script}</script>\n</body>\n</html>\n`),
  )

const headOf = (page: Omit<Page, "rows">): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(page)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${markupText(page.title)}</title>
<style>${wholeStyle(page)}</style>
</head>
<body>
<noscript><p>This page draws its tables with a script of its own. Allow scripts for this page to read it.</p></noscript>
<script type="application/json" id="${dataId}">`

const dataText = <E>({ data, rows = {} }: Page<E>): Stream.Stream<string, E> => {
  const values = Object.entries(data).map(([name, value]) => `${blockJson(name)}:${blockJson(value)}`)
  const lists = Object.entries(rows).map(([name, records], place) => {
    const before = `${place === 0 && values.length === 0 ? "" : ",\n"}${blockJson(name)}:[`
    const lines = records.pipe(
      Stream.zipWithIndex,
      Stream.map(([record, index]) => (index === 0 ? "\n" : ",\n") + blockJson(record)),
    )
    return Stream.concat(Stream.concat(Stream.make(before), lines), Stream.make("]"))
  })
  return Stream.make(Stream.make(`{${values.join(",\n")}`), ...lists, Stream.make("}")).pipe(Stream.flatten())
}

/** A value as JSON in which all texts are as those of pages: with escapes for characters of control and of direction. */
export const pageJson = (value: unknown): string =>
  JSON.stringify(value, (_, text: unknown) => (typeof text === "string" ? escapeControls(text) : text)) ?? "null"

/** A value as JSON that cannot end the element which holds it: no `<` is left to begin a tag or a comment. */
const blockJson = (value: unknown): string => pageJson(value).replaceAll("<", String.raw`\u003c`)

const markupText = (text: string): string =>
  escapeControls(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
