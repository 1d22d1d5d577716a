// Which of its two bundles an app runs. The lean one cannot share Effect with a connector of somebody else; where one may be
// named, the open one beside it takes over. Decided before anything else is loaded, so only by a look.
import { existsSync, readFileSync } from "node:fs"
import { resolve } from "node:path"

/** What decides it. */
export interface Invocation {
  readonly args: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The open bundle beside `main` (its URL), where there is one and the process may be told of another connector. */
export const openBundle = (main: string, { args, environment }: Invocation): string | undefined => {
  const open = new URL("./open/main.mjs", main)
  if (!existsSync(open)) return undefined
  const isTyped = args.some((it) => it === "--connector" || it.startsWith("--connector="))
  if (isTyped || (environment["BATON_CONNECTOR"] ?? "") !== "") return open.href
  const at = args.findLastIndex((it) => it === "--config" || it.startsWith("--config="))
  const typed = at < 0 ? undefined : (args[at]?.split("=", 2)[1] ?? args[at + 1])
  return namesConnector(resolve(typed ?? environment["BATON_CONFIG_PATH"] ?? ".baton.yaml")) ? open.href : undefined
}

/** A file of settings is no larger. */
const mostCharacters = 1_048_576

const namesConnector = (file: string): boolean => {
  try {
    const text = readFileSync(file, "utf8")
    return text.length <= mostCharacters && /(?:^|[\s{,"'])connector["']?\s*:/u.test(text)
  } catch {
    // Whoever reads the settings says what is wrong with the file.
    return false
  }
}
