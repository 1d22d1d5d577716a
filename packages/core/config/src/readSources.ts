// Where the settings of one process come from: its flags, its environment, and the file that they name or that lies in
// its folder.
import { Effect } from "effect"
import type { ConfigError } from "./ConfigError.ts"
import { findConfigFile } from "./ConfigFile.ts"
import type { ConfigSources } from "./findGiven.ts"
import { withoutLastNewline } from "./findGiven.ts"
import type { RawValue } from "./parseSetting.ts"
import { configFileVariable } from "./settingNames.ts"

/** The sources of this process's settings. `flags` are those that were typed, `config` among them, which names the file. */
export const readSources = (
  flags: Readonly<Record<string, RawValue | undefined>>,
): Effect.Effect<ConfigSources, ConfigError> =>
  Effect.suspend(() => {
    const given = flags["config"] ?? process.env[configFileVariable]
    const named = typeof given === "string" ? withoutLastNewline(given) : ""
    return findConfigFile({ folder: process.cwd(), named: named || undefined })
  }).pipe(Effect.map((file) => ({ flags, environment: process.env, file })))
