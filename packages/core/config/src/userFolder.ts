// The folder in which a person keeps the settings of the command, for every folder that it runs in. A service has its settings from whoever
// deploys it, so the worker does not look there. It imports little, as each start of the command asks where it is.
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

/** The file of settings in it. */
export const userSettingsFile = "config.yaml"

/** The file of connections in it, of which `--profile` chooses one. */
export const userConnectionsFile = "connections.yaml"

/** The variable that names the connection. */
export const profileVariable = "BATON_PROFILE"

/**
 * The folder: `rollcall` in `XDG_CONFIG_HOME`, else in `~/.config`, or on Windows in `%APPDATA%`; nothing where this user has none, as in
 * some containers. A path that is not absolute is ignored: https://specifications.freedesktop.org/basedir-spec
 */
export const userFolder = (
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string | undefined => {
  const [named] = [environment["XDG_CONFIG_HOME"], platform === "win32" ? environment["APPDATA"] : undefined].filter(
    (path) => path !== undefined && isAbsolute(path),
  )
  const home = homeOf()
  const folder = named ?? (home === undefined ? undefined : join(home, ".config"))
  return folder === undefined ? undefined : join(folder, "rollcall")
}

/** It throws for a user that the system does not know. */
const homeOf = (): string | undefined => {
  try {
    const home = homedir()
    return isAbsolute(home) ? home : undefined
  } catch {
    return undefined
  }
}
