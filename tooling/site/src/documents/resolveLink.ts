// What a link of a document leads to.
import { existsSync } from "node:fs"
import { posix } from "node:path"
import type { Document } from "./Document.ts"

/** Where it leads. */
export type Target =
  /** Another site. */
  | { readonly kind: "web"; readonly address: string }
  /** A document with a page, and the heading in it, or its beginning. */
  | { readonly kind: "document"; readonly path: string; readonly anchor: string }
  /** Another file, or a folder, of the project. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "nowhere"; readonly why: string }

/** The project, as links see it. */
export interface Project {
  readonly root: string
  readonly documents: ReadonlyMap<string, Document>
}

/** Follows a link that stands in the document `from`. */
export const resolveLink = ({ root, documents }: Project, from: Document, address: string): Target => {
  if (/^(?:https?|mailto):/u.test(address)) return { kind: "web", address }
  const [file = "", anchor = ""] = address.split("#").map(decodeURIComponent)
  const path = file === "" ? from.path : posix.join(posix.dirname(from.path), file)
  if (path.startsWith("..")) return nowhere(`${path} is outside of the project`)
  const [known] = [path, posix.join(path, "README.md")].filter((it) => it === from.path || documents.has(it))
  if (known !== undefined) {
    const { headings } = known === from.path ? from : (documents.get(known) ?? from)
    return anchor === "" || headings.some(({ id }) => id === anchor)
      ? { kind: "document", path: known, anchor }
      : nowhere(`${known} has no heading #${anchor}`)
  }
  if (!existsSync(posix.join(root, path))) return nowhere(`${path} does not exist`)
  return { kind: "file", path: path.replace(/\/$/u, "") }
}

const nowhere = (why: string): Target => ({ kind: "nowhere", why })
