// Markdown as tokens. The syntax is CommonMark with tables, without HTML, which is what the project writes; anchors are those of GitHub.
import GithubSlugger from "github-slugger"
import type { Token } from "markdown-it"
import MarkdownIt from "markdown-it"

/** A heading of a document. */
export interface Heading {
  /** From 1, which is the title. */
  readonly level: number
  readonly text: string
  /** What a link to it ends with after `#`; the same as on GitHub. */
  readonly id: string
}

/** The parser, and the renderer that `pageBody.ts` gives rules of its own. */
export const newMarkdown = () => new MarkdownIt({ html: false })

const parser = newMarkdown()

/** The tokens of a text, in which each heading has its `id`. */
export const anchoredTokens = (source: string): ReadonlyArray<Token> => {
  const slugger = new GithubSlugger()
  const tokens = parser.parse(source, {})
  for (const [at, token] of tokens.entries())
    if (token.type === "heading_open") token.attrSet("id", slugger.slug(plainText(tokens[at + 1])))
  return tokens
}

/** The headings of such tokens. */
export const headingsOf = (tokens: ReadonlyArray<Token>): ReadonlyArray<Heading> =>
  tokens.flatMap((token, at) =>
    token.type === "heading_open"
      ? [{ level: Number(token.tag.slice(1)), text: plainText(tokens[at + 1]), id: attributeOf(token, "id") }]
      : [],
  )

/** An attribute of a token as text; empty where it has none. */
export const attributeOf = (token: Token | undefined, name: string): string => String(token?.attrGet(name) ?? "")

/** What an inline token says, without its marks. */
export const plainText = (inline: Token | undefined): string =>
  (inline?.children ?? [])
    .map(({ type, content }) => (type === "softbreak" || type === "hardbreak" ? " " : content))
    .join("")

/** A link or a picture of a document. */
export interface Link {
  /** As it is written. */
  readonly address: string
  readonly text: string
  /** The line of the block that it stands in, from 1. */
  readonly line: number
}

/** The links and pictures of tokens. */
export const linksOf = (tokens: ReadonlyArray<Token>): ReadonlyArray<Link> =>
  tokens.flatMap(({ children, map }) =>
    (children ?? []).flatMap((child, at, all) => {
      const address = attributeOf(child, child.type === "image" ? "src" : "href")
      if (address === "") return []
      const end = all.findIndex(({ type }, place) => place > at && type === "link_close")
      const text =
        child.type === "image"
          ? child.content
          : all
              .slice(at, end)
              .map(({ content }) => content)
              .join("")
      return [{ address, text, line: (map?.[0] ?? 0) + 1 }]
    }),
  )
