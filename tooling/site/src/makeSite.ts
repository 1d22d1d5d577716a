// The documentation as a folder of files that a browser opens from disk or a server serves as they are.
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { pageScriptOf } from "@rollcall/test-kit/page-script"
import { readNavigation } from "./documents/Navigation.ts"
import { pageOf, readDocuments } from "./documents/projectDocuments.ts"
import { type Commit, pageHtml } from "./pages/pageHtml.ts"
import { searchScript, sectionsOf } from "./pages/searchText.ts"
import { siteStyle } from "./pages/siteStyle.ts"

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const root = pathOf("../../..")

/**
 * Writes the documentation site into a folder, which is made if it is absent and has to be empty. The same commit gives the same bytes.
 * It fails with a sentence where a link leads nowhere, where a page is missing in docs/README.md, and outside of a Git repository.
 */
export const makeSite = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0)
    throw new Error(`${folder} is not empty: name another folder, or remove this one.`)
  const documents = readDocuments(root)
  const groups = readNavigation({ root, documents })
  const commit = commitOf(root)
  const site = { root, documents, groups, repository: repositoryAt(commit) }

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const document of documents.values()) write(pageOf(document.path), pageHtml(site, commit, document))
  write("search.js", searchScript(sectionsOf(documents, groups)))
  write("theme.js", await pageScriptOf(pathOf("browser/theme.ts")))
  write("site.js", await pageScriptOf(pathOf("browser/site.ts")))
  write("site.css", siteStyle(readFileSync(pathOf("pages/site.css"), "utf8")))
  write("icon.svg", readFileSync(pathOf("pages/icon.svg"), "utf8"))
  cpSync(join(root, "docs/pictures"), join(folder, "pictures"), { recursive: true })
}

/** Where files without a page are, if `release.json` names the repository. */
const repositoryAt = ({ id }: Commit): string | undefined => {
  const { repository }: { readonly repository: string | null } = JSON.parse(
    readFileSync(join(root, "release.json"), "utf8"),
  )
  return repository === null ? undefined : `${repository}/tree/${id}`
}

const commitOf = (repository: string): Commit => {
  const git = execFileSync("git", ["log", "-1", "--format=%H %cs"], { cwd: repository, encoding: "utf8" })
  const [id = "", day = ""] = git.trim().split(" ")
  return { id, day }
}
