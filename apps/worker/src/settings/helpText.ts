// What `--help` prints.
import { configFileVariable, defaultConfigFile, flagsOf } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"

/** The help, with a line or two for every flag. */
export const helpText = (fields: ReadonlyArray<ConfigField>): string =>
  [
    "Usage: rollcall-worker [flags]          run until SIGTERM",
    "       rollcall-worker health [flags]   ask a running worker how it is: 0 if well, for exec probes",
    "",
    "With BATON_CLIENT_ID it works for ConductorOne; without, it syncs to a file as often as BATON_EVERY says.",
    "",
    "Flags:",
    ...fields
      .flatMap(flagsOf)
      .map(({ name, short, description }) => line(`--${name}${short === undefined ? "" : `, -${short}`}`, description)),
    line("--config", `The configuration file. (env: ${configFileVariable}; default: ${defaultConfigFile})`),
    line("--help, -h", "Print this."),
    line("--version, -v", "Print the version."),
    "",
  ].join("\n")

const line = (flag: string, description: string): string => `  ${flag}\n      ${description}`
