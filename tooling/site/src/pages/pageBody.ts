// The text of a document as HTML: links to pages of the site, pictures with their size, tables that scroll on their own.
import { readFileSync } from "node:fs"
import { join, posix } from "node:path"
import type { Token } from "markdown-it"
import type { Document } from "../documents/Document.ts"
import { anchoredTokens, attributeOf, newMarkdown } from "../documents/markdown.ts"
import { type Group, groupOfFolder } from "../documents/Navigation.ts"
import { indexPath, pageOf } from "../documents/projectDocuments.ts"
import { type Project, resolveLink } from "../documents/resolveLink.ts"
import { codeHtml } from "./codeHtml.ts"
import { escapeHtml } from "./escapeHtml.ts"

/** What pages are made from. */
export interface Site extends Project {
  /** The address of the repository at the commit, which a path is put behind; absent until there is one. */
  readonly repository: string | undefined
  readonly groups: ReadonlyArray<Group>
}

/** The path from a page to another file of the site, both below its folder. */
export const relativeAddress = (fromPage: string, to: string): string =>
  posix.relative(posix.dirname(fromPage), to) || posix.basename(to)

/** A document as HTML, as it stands in its page. It throws a sentence where a link leads nowhere. */
export const pageBody = (site: Site, document: Document): string => {
  const page = pageOf(document.path)
  const markdown = newMarkdown()

  const addressOf = (token: Token, address: string): string | undefined => {
    const target = resolveLink(site, document, address)
    switch (target.kind) {
      case "nowhere":
        throw new Error(`${document.path}:${(token.map?.[0] ?? 0) + 1}: ${address} leads nowhere: ${target.why}.`)
      case "web":
        return target.address
      case "document": {
        const anchor = target.anchor === "" ? "" : `#${target.anchor}`
        return target.path === document.path && anchor !== ""
          ? anchor
          : relativeAddress(page, pageOf(target.path)) + anchor
      }
      case "file": {
        const group = groupOfFolder(site.groups, target.path)
        if (group === undefined) return site.repository === undefined ? undefined : `${site.repository}/${target.path}`
        return `${relativeAddress(page, pageOf(indexPath))}#${group.id}`
      }
    }
  }

  const linked = (block: Token): void => {
    const open: Array<Token> = []
    for (const token of block.children ?? []) {
      if (token.type === "link_open") {
        const address = addressOf(block, attributeOf(token, "href"))
        if (address === undefined) inRepository(token, document.path)
        else token.attrSet("href", address)
        open.push(token)
      }
      if (token.type === "link_close") token.tag = open.pop()?.tag ?? "a"
    }
  }

  markdown.renderer.rules["table_open"] = () => '<div class="wide"><table>'
  markdown.renderer.rules["table_close"] = () => "</table></div>"
  markdown.renderer.rules["fence"] = (all, at) => codeHtml(all[at]?.info ?? "", all[at]?.content ?? "")
  markdown.renderer.rules["heading_close"] = (all, at) => {
    const { tag = "h2" } = all[at] ?? {}
    const id = attributeOf(all[at - 2], "id")
    // The list of the page's parts has the same links for a keyboard.
    const anchor = `<a class="anchor" href="#${escapeHtml(id)}" tabindex="-1" aria-hidden="true">#</a>`
    return `${tag === "h1" ? "" : anchor}</${tag}>\n`
  }
  markdown.renderer.rules["image"] = (all, at) => {
    const source = attributeOf(all[at], "src")
    const picture = posix.join(posix.dirname(document.path), source)
    const { width, height } = sizeOfPng(join(site.root, picture))
    const address = relativeAddress(page, picture.replace(/^docs\//u, ""))
    return `<img src="${escapeHtml(address)}" alt="${escapeHtml(all[at]?.content ?? "")}" width="${width}" height="${height}">`
  }
  // Read again, since links are changed in them.
  const tokens = anchoredTokens(document.source)
  for (const token of tokens) {
    if (token.type === "inline") linked(token)
    const align = /^text-align:(right|center)$/u.exec(attributeOf(token, "style"))?.[1]
    // The policy of pages lets no style stand in an attribute.
    token.attrs = token.attrs?.filter(([name]) => name !== "style") ?? null
    if (align !== undefined) token.attrSet("class", align)
  }
  return markdown.renderer.render([...tokens], markdown.options, {})
}

/** A link to what has no page, such as a source: there is no address to lead to, so it says where it is. */
const inRepository = (token: Token, from: string): void => {
  const path = posix.join(posix.dirname(from), attributeOf(token, "href"))
  token.tag = "span"
  token.attrs = [
    ["class", "file"],
    ["title", `In the repository: ${path}`],
  ]
}

/** The size that a PNG says of itself in its first chunk, in pixels. */
const sizeOfPng = (path: string): { readonly width: number; readonly height: number } => {
  const bytes = readFileSync(path)
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}
