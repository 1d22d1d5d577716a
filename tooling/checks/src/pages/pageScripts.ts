// The scripts of pages: TypeScript for browsers, bundled into text that the package of the page carries, so that an app needs no file
// beside it and a reader finds in the page what the project wrote. The text is kept in the repository; a test holds it to its source.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { pageScriptOf } from "@rollcall/test-kit/page-script"

/** A script: its source, and the module that holds its text. */
export interface PageScript {
  readonly source: string
  readonly module: string
}

/** All page scripts of the repository: each package may have one, `src/browser/page.ts`. */
export const pageScripts = (root: string): ReadonlyArray<PageScript> =>
  ["access", "console"].flatMap((room) =>
    readdirSync(join(root, "packages", room)).flatMap((name) => {
      const folder = join(root, "packages", room, name, "src")
      return hasPage(folder)
        ? [{ source: join(folder, "browser", "page.ts"), module: join(folder, "generated", "pageScript.ts") }]
        : []
    }),
  )

const hasPage = (folder: string): boolean => {
  try {
    return readdirSync(join(folder, "browser")).includes("page.ts")
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return false
    throw cause
  }
}

/** The module that holds a script as text. */
export const moduleOf = async ({ source }: PageScript): Promise<string> =>
  [
    "// Written by `pnpm page-scripts` from ../browser/page.ts.",
    "/** The script of the page. */",
    `export const pageScript = ${JSON.stringify(await pageScriptOf(source))}`,
    "",
  ].join("\n")
