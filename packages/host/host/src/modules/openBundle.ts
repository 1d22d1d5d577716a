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
export const openBundle = (main: string, invocation: Invocation): string | undefined => {
  const open = new URL("./open/main.mjs", main)
  return mayNameConnector(invocation) && existsSync(open) ? open.href : undefined
}

/** Whether the process may be told of a connector other than those that come with it. */
export const mayNameConnector = ({ args, environment }: Invocation): boolean => {
  const isTyped = args.some((it) => it === "--connector" || it.startsWith("--connector="))
  if (isTyped || (environment["BATON_CONNECTOR"] ?? "") !== "") return true
  const at = args.findLastIndex((it) => it === "--config" || it.startsWith("--config="))
  const typed = at < 0 ? undefined : (args[at]?.split("=", 2)[1] ?? args[at + 1])
  return namesConnector(resolve(typed ?? environment["BATON_CONFIG_PATH"] ?? ".baton.yaml"))
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

const oldestNode = [22, 19] as const

/** Why this Node cannot run an app, in a sentence; nothing where it can. Asked first, as what an old one lacks fails anywhere. */
export const nodeProblem = (version: string): string | undefined => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [oldest, oldestMinor] = oldestNode
  const isOld = major < oldest || (major === oldest && minor < oldestMinor)
  return isOld
    ? `error: Rollcall needs Node.js ${oldestNode.join(".")} or newer, and this is ${version}.\nInstall a newer one, or put it first in PATH.\n`
    : undefined
}
