// Where settings come from: flags over environment over the file that they name or that lies in the folder of the process, over the file in
// the user's own folder, which only the command reads; a connection that `--profile` names stands between flags and environment. Where each
// value came from, so that messages and `config show` can say it; and which hosts a folder decides. `.baton.yaml`
// is read without being asked for and may have come with a download, so a host in it gets no secret that came from elsewhere,
// until somebody names the file.
import type { ConfigField } from "@rollcall/connector"
import { Effect } from "effect"
import type { ConfigError, ConfigProblem } from "./ConfigError.ts"
import type { ConfigFile } from "./ConfigFile.ts"
import { findConfigFile, readConfigFile } from "./ConfigFile.ts"
import { configFileVariable, environmentName } from "./describeField.ts"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { RawValue } from "./parseSetting.ts"
import { userSettingsFile } from "./userFolder.ts"

/** The source of a setting's value. */
export type Origin =
  | { readonly from: "flag"; readonly name: string }
  | { readonly from: "environment"; readonly name: string }
  | { readonly from: "file"; readonly name: string; readonly path: string; readonly line: number | undefined }
  | { readonly from: "default" }
  | { readonly from: "unset" }

/** The origin as it stands in a sentence: `--file`, `BATON_FILE`, `file (.baton.yaml, line 3)`. */
export const describeOrigin = (origin: Origin): string => {
  if (origin.from === "flag") return `--${origin.name}`
  if (origin.from === "environment") return origin.name
  if (origin.from === "file") return `${origin.name} (${placeOf(origin.path, origin.line)})`
  return origin.from === "default" ? "default" : "not set"
}

/** A place as it stands in a sentence: a file and a line, or what has no lines by itself. */
export const placeOf = (path: string, line: number | undefined): string =>
  line === undefined ? path : `${path}, line ${line}`

/** Where settings are looked for. */
export interface ConfigSources {
  /** Flags as they were given, by name without dashes; a flag that was not given is absent. */
  readonly flags: Readonly<Record<string, RawValue | undefined>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The entry of the connection that was chosen. */
  readonly profile?: ConfigFile | undefined
  readonly file?: ConfigFile | undefined
  /** The file in the user's own folder. */
  readonly user?: ConfigFile | undefined
}

/** The files among the sources, the strongest first. */
export const filesOf = ({ profile, file, user }: ConfigSources): ReadonlyArray<ConfigFile> =>
  [profile, file, user].flatMap((it) => it ?? [])

/** A value and where it was found; `undefined` stands for a value that no setting can take. */
export interface Given {
  readonly raw: RawValue | undefined
  readonly origin: Exclude<Origin, { readonly from: "default" | "unset" }>
}

/** `variable` is the setting's environment variable, where it is another than its name says. */
type Level = (name: string, sources: ConfigSources, variable?: string) => Given | undefined

const levelOfFile =
  (which: "profile" | "file" | "user"): Level =>
  (name, { [which]: file }) => {
    const entry = file?.entries.get(name)
    if (file === undefined || entry === undefined) return undefined
    const raw = entry.value === undefined ? undefined : withoutNewline(entry.value)
    // As a key without a value.
    if (raw === "") return undefined
    return { raw, origin: entry.origin ?? { from: "file", name, path: file.path, line: entry.line } }
  }

/** The places, the strongest first. */
export const levels: ReadonlyArray<Level> = [
  (name, { flags }) => {
    const raw = flags[name]
    return raw === undefined ? undefined : { raw: withoutNewline(raw), origin: { from: "flag", name } }
  },
  levelOfFile("profile"),
  (name, { environment }, variable = environmentName(name)) => {
    const raw = withoutLastNewline(environment[variable] ?? "")
    // Containers and CI systems set variables that they have no value for to the empty text.
    return raw === "" ? undefined : { raw, origin: { from: "environment", name: variable } }
  },
  levelOfFile("file"),
  levelOfFile("user"),
]

/** The strongest place that gives the setting. */
export const findGiven: Level = (name, sources, variable) => {
  for (const level of levels) {
    const given = level(name, sources, variable)
    if (given !== undefined) return given
  }
  return undefined
}

const withoutNewline = (raw: RawValue): RawValue =>
  typeof raw === "string" ? withoutLastNewline(raw) : raw.map(withoutLastNewline)

/** A text without the one newline that editors and `$(cat file)` leave at its end. */
export const withoutLastNewline = (text: string): string => text.replace(/\r?\n$/u, "")

/**
 * The sources of this process's settings. `flags` are those that were typed, `config` among them, which names the file. The file in
 * `folder`, the user's own, stands below the one of the current folder, and is not read where one is named.
 */
export const readSources = Effect.fnUntraced(function* (
  flags: Readonly<Record<string, RawValue | undefined>>,
  folder?: string,
): Effect.fn.Return<ConfigSources, ConfigError> {
  const given = flags["config"] ?? process.env[configFileVariable]
  const named = typeof given === "string" ? withoutLastNewline(given) : ""
  const file = yield* findConfigFile({ folder: process.cwd(), named: named || undefined })
  const own = folder === undefined ? undefined : join(folder, userSettingsFile)
  // A folder that this user may not enter is that of another one, as in a container.
  const user = own === undefined || named !== "" || !existsSync(own) ? undefined : yield* readConfigFile(own, own)
  return { flags, environment: process.env, file, user }
})

/** Whether a value came from a file that merely lies in the current folder. */
export const isFromFolder = (origin: Origin | undefined, file: ConfigFile | undefined): boolean =>
  file?.implicit === true && origin?.from === "file" && origin.path === file.path

/** A problem for each host that the folder's file names and that would be sent secrets which are not from that file. */
export const foreignHosts = (
  fields: ReadonlyArray<ConfigField>,
  config: { readonly settings: object; readonly origins: Readonly<Record<string, Origin>> },
  file: ConfigFile | undefined,
): ReadonlyArray<ConfigProblem> => {
  if (file?.implicit !== true) return []
  const originOf = (field: ConfigField): Origin => config.origins[field.name] ?? { from: "unset" }
  const foreign = fields.filter(
    (field) => field.type === "secret" && field.notSent !== true && isFromElsewhere(field, originOf(field), file),
  )
  const claimed = new Set(fields.flatMap((field) => field.receives ?? []))
  return fields.flatMap((host) => {
    const origin = originOf(host)
    if (!isFromFolder(origin, file)) return []
    const secrets = foreign.filter(({ name }) =>
      host.receives === undefined ? host.type === "url" && !claimed.has(name) : host.receives === name,
    )
    if (secrets.length === 0) return []
    const named = secrets.map((secret) => describeOrigin(originOf(secret))).join(" and ")
    return {
      reason: "Invalid" as const,
      message: `${describeOrigin(origin)} would have ${named} sent to ${hostIn(String(Reflect.get(config.settings, host.name)))}.`,
      hint: `To allow it, name the file: --config ${file.path}, or ${configFileVariable}. Otherwise remove the host from the file.`,
    }
  })
}

/** A problem for each setting that the folder's file gives, and that no such file may give. */
export const misplacedSettings = (
  fields: ReadonlyArray<ConfigField>,
  { origins }: { readonly origins: Readonly<Record<string, Origin>> },
  file: ConfigFile | undefined,
): ReadonlyArray<ConfigProblem> =>
  fields.flatMap(({ name, notFromFolder }) => {
    const origin = origins[name]
    if (file === undefined || origin === undefined || notFromFolder !== true || !isFromFolder(origin, file)) return []
    return [
      {
        reason: "Invalid",
        message: `${describeOrigin(origin)} is not taken from a file that stands in the current folder.`,
        hint: `Set ${environmentName(name)}, or name the file: --config ${file.path}, or ${configFileVariable}.`,
      },
    ]
  })

/** The host in a URL, in a client id (`name@host/suffix`), or the text itself. */
const hostIn = (text: string): string => URL.parse(text)?.host || (/@([^/]+)\//u.exec(text)?.[1] ?? text)

/** Not written in the file itself: a file that it only names holds somebody's own secret too. */
const isFromElsewhere = (field: ConfigField, origin: Origin, file: ConfigFile): boolean =>
  origin.from === "file" ? origin.path !== file.path || origin.name !== field.name : origin.from !== "unset"
