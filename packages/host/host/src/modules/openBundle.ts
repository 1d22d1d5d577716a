// Which of its two bundles an app runs. The lean one cannot share Effect with a connector of somebody else; where one may be
// named, the open one beside it takes over. Decided before anything else is loaded, so only by a look.
import { existsSync, readFileSync } from "node:fs"
import { profileVariable, userConnectionsFile, userSettingsFile } from "@rollcall/config/user-folder"
import { join, resolve } from "node:path"

/** What decides it. */
export interface Invocation {
  readonly args: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The user's own folder, for an app that reads settings there. */
  readonly userFolder?: string | undefined
}

/** The open bundle beside `main` (its URL), where there is one and the process may be told of another connector. */
export const openBundle = (main: string, invocation: Invocation): string | undefined => {
  const open = new URL("./open/main.mjs", main)
  return mayNameConnector(invocation) && existsSync(open) ? open.href : undefined
}

/** Whether the process may be told of a connector other than those that come with it. */
export const mayNameConnector = ({ args, environment, userFolder }: Invocation): boolean => {
  const typed = (flag: string) => args.findLastIndex((it) => it === flag || it.startsWith(`${flag}=`))
  if (typed("--connector") >= 0 || (environment["BATON_CONNECTOR"] ?? "") !== "") return true
  const at = typed("--config")
  const named = (at < 0 ? undefined : (args[at]?.split("=", 2)[1] ?? args[at + 1])) ?? environment["BATON_CONFIG_PATH"]
  const hasProfile = typed("--profile") >= 0 || (environment[profileVariable] ?? "") !== ""
  const ofUser = [
    ...(named === undefined ? [userSettingsFile] : []),
    ...(hasProfile ? [userConnectionsFile] : []),
  ].flatMap((name) => (userFolder === undefined ? [] : [join(userFolder, name)]))
  return [resolve(named ?? ".baton.yaml"), ...ofUser].some(namesConnector)
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
