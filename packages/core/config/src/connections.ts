// The connections of a process that serves several: each is one configured instance of a connector, with settings of its own in a
// file (or a folder of files) that holds no secret, but says where each is found. One that is wrong does not keep the others away.
import type { ConfigField } from "@rollcall/connector"
import { Effect, Redacted, Result } from "effect"
import { existsSync } from "node:fs"
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import type { ConfigProblem } from "./ConfigError.ts"
import { ConfigError, whyUnreadable } from "./ConfigError.ts"
import type { ConfigEntry } from "./ConfigFile.ts"
import { readConfigFile } from "./ConfigFile.ts"
import { namesOf, secretFileName, variableOf } from "./describeField.ts"
import { suggestion } from "./editDistance.ts"
import type { ConfigSources } from "./sources.ts"
import { findGiven, placeOf } from "./sources.ts"

/** One configured instance of a connector, as its entry describes it. */
export interface Connection {
  /** Lower-case letters, digits and hyphens, at most 40: it names files and bears metrics. */
  readonly name: string
  /** What its people call it by, such as a team; no setting. */
  readonly labels: Readonly<Record<string, string>>
  /** The file that it stands in; in words where it was added by command. */
  readonly path: string
  /** Absent where it was added by command. */
  readonly line?: number | undefined
  /** Its settings by name, as in a configuration file. A secret's entry says where the secret is found. */
  readonly entries: ReadonlyMap<string, ConfigEntry>
}

/** What is wrong with one entry, or with one file of a folder. */
export interface ConnectionProblem extends ConfigProblem {
  /** The name of the connection, where there is one. */
  readonly connection?: string | undefined
}

/** The connections that can be used, and what is wrong with the others. */
export interface Connections {
  readonly connections: ReadonlyArray<Connection>
  readonly problems: ReadonlyArray<ConnectionProblem>
}

/** The key that holds the connections, by name. */
const root = "connections"

/** Keys of an entry that are no settings. */
const labelsKey = "labels"

/** The key of the folder in which the secrets of a connection lie. */
export const secretsFolder = "secrets-folder"

const words = {
  called: "The file of connections",
  unreadable: "Check the path of BATON_CONNECTIONS and its permissions.",
  malformed:
    "Write `connections:`, under it one name per connection, and under each its settings, one `setting: value` per line.",
}

/**
 * Reads the file, or each `.yaml` and `.yml` file of the folder in the order of their names. Fails where nothing can be read. In a folder a
 * file that cannot be used is a problem beside the others.
 */
export const readConnections = Effect.fn("Config.readConnections")(function* (
  path: string,
): Effect.fn.Return<Connections, ConfigError> {
  const files = yield* Effect.tryPromise({
    try: async () => {
      if (!(await stat(path)).isDirectory()) return undefined
      const names = await readdir(path)
      // Kubernetes keeps earlier versions of a mounted folder in hidden ones beside the files.
      return names.filter((name) => /^[^.].*\.ya?ml$/u.test(name)).toSorted()
    },
    catch: (cause) =>
      new ConfigError({
        reason: "UnreadableFile",
        message: `${words.called} ${path} ${whyUnreadable(cause)}.`,
        hint: words.unreadable,
        cause,
      }),
  })
  if (files === undefined) return withoutTwins([yield* readOne(path)])
  const read = yield* Effect.forEach(files, (name) => Effect.result(readOne(join(path, name))))
  return withoutTwins(
    read.map((one) =>
      Result.match(one, {
        onSuccess: (found) => found,
        onFailure: ({ reason, message, hint }) => ({ connections: [], problems: [{ reason, message, hint }] }),
      }),
    ),
  )
})

const readOne = Effect.fnUntraced(function* (path: string): Effect.fn.Return<Connections, ConfigError> {
  const { entries } = yield* readConfigFile(path, path, words)
  const connections: Array<Connection> = []
  const problems: Array<ConnectionProblem> = []
  for (const [key, { line }] of entries) {
    if (key !== root)
      problems.push(
        problemAt(path, line, `has the key ${JSON.stringify(key)}, which means nothing here`, suggestion(key, [root])),
      )
  }
  const listed = entries.get(root)
  if (listed === undefined) return { connections, problems }
  if (listed.mapping === undefined) {
    return { connections, problems: [...problems, problemAt(path, listed.line, "has connections that have no names")] }
  }
  for (const [name, { mapping, line }] of listed.mapping) {
    const problem = problemOf(name, mapping)
    if (problem !== undefined) problems.push({ ...problemAt(path, line, problem), connection: name })
    else if (mapping !== undefined) {
      const settings = new Map([...mapping].filter(([key]) => key !== labelsKey))
      connections.push({ name, labels: labelsOf(mapping), path, line, entries: settings })
    }
  }
  return { connections, problems }
})

/** What a name of a connection looks like, as a part of a sentence. */
export const namesOfConnections = "a name has lower-case letters, digits and hyphens, at most 40"

/** Whether a text can be the name of a connection. */
export const isConnectionName = (name: string): boolean => /^[a-z0-9-]{1,40}$/u.test(name)

const problemOf = (name: string, mapping: ConfigEntry["mapping"]): string | undefined => {
  if (!isConnectionName(name)) return `names a connection ${JSON.stringify(name.slice(0, 60))}; ${namesOfConnections}`
  if (mapping === undefined) return `has no settings for the connection ${name}`
  const labels = mapping.get(labelsKey)
  if (labels === undefined) return undefined
  const areTexts = [...(labels.mapping?.values() ?? [])].every(({ value }) => typeof value === "string")
  return labels.mapping !== undefined && areTexts
    ? undefined
    : `has labels of the connection ${name} that are not names with a text each`
}

const labelsOf = (mapping: ReadonlyMap<string, ConfigEntry>): Readonly<Record<string, string>> =>
  Object.fromEntries([...(mapping.get(labelsKey)?.mapping ?? [])].map(([label, { value }]) => [label, String(value)]))

const problemAt = (path: string, line: number | undefined, what: string, meant = ""): ConfigProblem => ({
  reason: "MalformedFile",
  message: `${words.called} ${placeOf(`${path} ${what}`, line)}.`,
  hint: `${meant}Correct it; the other connections run.`,
})

/** A name that stands twice belongs to the first; two processes' worth of work under one name would overwrite each other. */
const withoutTwins = (read: ReadonlyArray<Connections>): Connections => {
  const all = read.flatMap(({ connections }) => connections)
  const twins = all.filter(({ name }, index) => all.findIndex((other) => other.name === name) !== index)
  return {
    connections: all.filter((one) => !twins.includes(one)),
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...twins.map(({ name, path, line }) => ({
        ...problemAt(path, line, `names the connection ${name} a second time`),
        connection: name,
      })),
    ],
  }
}

/** The sources of a connection's settings, and what is wrong with how its secrets are named. */
export interface ConnectionSources {
  readonly sources: ConfigSources
  readonly problems: ReadonlyArray<ConfigProblem>
}

/** How the entry of a connection that was added says that Rollcall itself keeps the secret. */
export const storedSecret = { stored: "true" } as const

/** The secrets that Rollcall keeps, of those that an added connection names, by their settings. A file may not name any. */
export const storedSecretsOf = ({ entries, line }: Pick<Connection, "entries" | "line">): ReadonlyArray<string> =>
  line === undefined ? [...entries].flatMap(([key, { mapping }]) => (mapping?.has("stored") === true ? [key] : [])) : []

/**
 * The sources of a connection's settings: its entry, and below it what the process was given for all connections, of the fields that
 * `isShared` lets through. A secret is named in the entry as `token-file: PATH`, `token: { file: PATH }`, `token: { variable: NAME }`,
 * or lies under its name or the name of its variable in the folder that `secrets-folder` names. Where Rollcall keeps it, as
 * `token: { stored: true }` says, it is among `stored`.
 */
export const connectionSources = (
  { path, entries }: Connection,
  fields: ReadonlyArray<ConfigField>,
  process: ConfigSources,
  isShared: (field: ConfigField) => boolean,
  stored: ReadonlyMap<string, Redacted.Redacted> = new Map(),
): ConnectionSources => {
  const problems: Array<ConfigProblem> = []
  const found = new Map<string, ConfigEntry>()
  for (const field of fields.filter(isShared)) {
    const given = findGiven(field.name, process, variableOf(field))
    if (given !== undefined) found.set(field.name, { value: given.raw, origin: given.origin })
  }
  const folder = entries.get(secretsFolder)?.value
  const own = [...entries].filter(([key]) => key !== secretsFolder)
  for (const [key, entry] of own) {
    const secret = fields.find(({ name, type }) => name === key && type === "secret")
    if (secret === undefined) {
      found.set(key, entry)
      continue
    }
    const kept = entry.mapping?.has("stored") === true ? stored.get(key) : undefined
    const where =
      kept === undefined
        ? whereOf(secret.name, entry, process.environment)
        : { name: key, entry: { value: Redacted.value(kept) } }
    if ("problem" in where) {
      const { problem, hint } = where
      problems.push({ reason: "Invalid", message: `${key} (${placeOf(path, entry.line)}) ${problem}.`, hint })
    } else found.set(where.name, where.entry)
  }
  if (typeof folder === "string") {
    for (const field of fields.filter(({ type }) => type === "secret")) {
      if (namesOf(field).some((name) => entries.has(name))) continue
      const file = [field.name, variableOf(field)].map((name) => join(folder, name)).find((it) => existsSync(it))
      const line = entries.get(secretsFolder)?.line
      if (file !== undefined) found.set(secretFileName(field.name), { value: file, line })
    }
  }
  return { sources: { flags: {}, environment: {}, file: { path, entries: found } }, problems }
}

type Where =
  | { readonly name: string; readonly entry: ConfigEntry }
  | { readonly problem: string; readonly hint: string }

const whereOf = (secret: string, { mapping, line }: ConfigEntry, environment: ConfigSources["environment"]): Where => {
  const [first, ...others] = mapping ?? []
  const [kind, named] = first ?? []
  if (others.length === 0 && typeof named?.value === "string") {
    const { value } = named
    if (kind === "file") return { name: secretFileName(secret), entry: { value, line } }
    const text = environment[value] ?? ""
    if (kind === "variable" && text !== "") {
      return { name: secret, entry: { value: text, line, origin: { from: "environment", name: value } } }
    }
    if (kind === "stored") {
      return line === undefined
        ? { problem: "is not kept any more", hint: "Give it again in the console, or remove the connection." }
        : {
            problem: "names a secret that Rollcall keeps, which only a connection can that was added",
            hint: `Write ${secret}-file: PATH, or ${secret}: { variable: NAME }.`,
          }
    }
    // What stands in the place of a name may be the secret itself.
    if (kind === "variable") return { problem: "names a variable that is not set", hint: "Set it, or name another." }
  }
  return {
    problem: "must say where the secret is found, and not be the secret",
    hint:
      line === undefined
        ? `Give --secret-file ${secret}=PATH, --secret-variable ${secret}=NAME, or --set ${secretsFolder}=PATH.`
        : `Write ${secret}-file: PATH, or ${secret}: { variable: NAME }, or name the folder of secrets as ${secretsFolder}.`,
  }
}
