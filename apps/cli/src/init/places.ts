// Where the settings and the tokens of a workspace are kept: the user's own folder, or with `--here` the settings in the current one.
import type { Connection } from "@rollcall/config"
import {
  ConfigError,
  defaultConfigFile,
  isConnectionName,
  namesOfConnections,
  readConnections,
  userConnectionsFile,
  userFolder,
  userSettingsFile,
} from "@rollcall/config"
import { fingerprint } from "@rollcall/host"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { basename, join } from "node:path"
import { UsageError } from "../errors.ts"

/** A place for the settings of one workspace. */
export interface Place {
  /** The file of the settings. */
  readonly path: string
  /** The name of the entry in it, where it holds several. */
  readonly profile: string | undefined
  /** What stands before the command that uses it: nothing, or the flag. */
  readonly flag: string
  /** The file of a secret. */
  readonly secretFile: (setting: string) => string
}

/** What is asked for. */
export interface PlaceRequest {
  readonly here: boolean
  readonly force: boolean
  readonly profile: string | undefined
}

/** The place; fails where settings are there already and are not to be replaced. */
export const findPlace = Effect.fnUntraced(function* ({ here, force, profile }: PlaceRequest) {
  const folder = userFolder(process.env)
  if (folder === undefined) {
    return yield* new ConfigError({
      reason: "Missing",
      message: "This user has no folder for settings.",
      hint: "Set XDG_CONFIG_HOME to a folder of this user alone.",
    })
  }
  if (here && profile !== undefined) {
    return yield* new UsageError({
      message: "--here and a profile exclude each other: profiles are in the user's folder.",
      hint: "Leave one of them out.",
    })
  }
  const secretFile = (beginning: string) => (setting: string) => join(folder, "secrets", `${beginning}${setting}`)
  if (profile === undefined) {
    const path = join(here ? process.cwd() : folder, here ? defaultConfigFile : userSettingsFile)
    if (!force && existsSync(path)) return yield* kept(`${path} is there already`)
    return { path, profile, flag: "", secretFile: secretFile(here ? `${mark(process.cwd())}.` : "") } satisfies Place
  }
  if (!isConnectionName(profile)) {
    return yield* new UsageError({
      message: `A profile cannot be called ${JSON.stringify(profile.slice(0, 60))}: ${namesOfConnections}.`,
      hint: "Choose another name.",
    })
  }
  const path = join(folder, userConnectionsFile)
  const present: ReadonlyArray<Connection> = existsSync(path) ? (yield* readConnections(path)).connections : []
  if (!force && present.some(({ name }) => name === profile)) {
    return yield* kept(`The profile ${profile} is in ${path} already`)
  }
  return { path, profile, flag: ` --profile ${profile}`, secretFile: secretFile(`${profile}.`) } satisfies Place
})

/** Fails where a secret is there already, before somebody types one that would not be kept. */
export const keepSecrets = ({ secretFile }: Place, settings: ReadonlyArray<string>) => {
  const present = settings.map(secretFile).find((path) => existsSync(path))
  return present === undefined ? Effect.void : kept(`${present} is there already`)
}

const kept = (what: string) =>
  new ConfigError({
    reason: "Conflict",
    message: `${what}, and is kept.`,
    hint: "Replace it with --force. --profile NAME adds a further workspace, and --here writes settings for this folder alone.",
  })

/** A folder in the name of a file: its own name for people, and what no other folder has. No name of a profile has a dot. */
const mark = (folder: string): string =>
  `${basename(folder)
    .replaceAll(/[^\w-]/gu, "_")
    .slice(0, 40)}.${fingerprint(folder)}`
