// Which Markdown files there are, and where the page of each is.
import { globSync } from "node:fs"
import type { Document } from "./Document.ts"
import { readDocument } from "./Document.ts"

/** The document that the navigation and the start page are made of. */
export const indexPath = "docs/README.md"

const published = [
  "*.md",
  "docs/**/*.md",
  "deploy/**/*.md",
  "findings/README.md",
  "{packages/*,apps,examples,tooling}/*/README.md",
]

const unpublished = ["**/node_modules/**", "**/dist/**", "*/**/CHANGELOG.md"]

const pathsOf = (root: string, patterns: ReadonlyArray<string>): ReadonlyArray<string> =>
  globSync(patterns, { cwd: root, exclude: unpublished }).toSorted((one, other) => (one < other ? -1 : 1))

/** The documents that have a page, by path. */
export const readDocuments = (root: string): ReadonlyMap<string, Document> =>
  new Map(pathsOf(root, published).map((path) => [path, readDocument(root, path)]))

/** These, and what is Markdown for another purpose: changesets, a template. */
export const everyMarkdownFile = (root: string): ReadonlyArray<string> =>
  pathsOf(root, [...published, "**/*.md", ".changeset/*.md"])

/**
 * Where the page of a document is below the folder of the site: `docs/views.md` is `views.html`, `packages/core/plan/README.md` is
 * `packages/core/plan.html`, and the index is the start page.
 */
export const pageOf = (path: string): string =>
  path === indexPath
    ? "index.html"
    : path === "README.md"
      ? "front-page.html"
      : path
          .replace(/^docs\//u, "")
          .replace(/\/README\.md$|\.md$/u, ".html")
          .replace(/^[A-Z]+\.html$/u, (name) => name.toLowerCase())
