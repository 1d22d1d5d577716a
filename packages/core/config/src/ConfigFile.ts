// The configuration file: a YAML mapping from setting names to values, read with the line of each. Messages give the
// line and never quote it, since it may hold a token. The file of connections is read by the same rules.
import { storeReasonOf } from "@rollcall/connector"
import { Effect } from "effect"
import { constants } from "node:fs"
import { open } from "node:fs/promises"
import type { YAMLMap } from "yaml"
import { isAbsolute, join } from "node:path"
import { ConfigError, whyUnreadable } from "./ConfigError.ts"
import type { RawValue } from "./parseSetting.ts"
import type { Given } from "./sources.ts"

/** One key of the file. A key without a value (`token:`) counts as not given. */
export interface ConfigEntry {
  /** Absent when the value is a mapping or something else that no setting can take. */
  readonly value?: RawValue | undefined
  /** What a mapping holds. No setting takes one. */
  readonly mapping?: ReadonlyMap<string, ConfigEntry> | undefined
  /** Absent for what does not stand in a file. */
  readonly line?: number | undefined
  /** Where the value was given, if that is not this line. */
  readonly origin?: Given["origin"] | undefined
}

/** What a configuration file says, by key. */
export interface ConfigFile {
  /** The path as it was named. */
  readonly path: string
  /** Nobody named it: it lay in the folder, and may have come there with other people's files. */
  readonly implicit?: true
  readonly entries: ReadonlyMap<string, ConfigEntry>
}

/** The file that is read when none is named. The Go connectors read the same one. */
export const defaultConfigFile = ".baton.yaml"

const mostBytes = 1_048_576

/** Mappings in mappings: connections, one of them, its secret, where that is found. */
const deepest = 3

/** Some hundred would do for all settings of several connectors. */
const mostKeys = 1_000

/**
 * Finds and reads the configuration file: the one that `--config` or `BATON_CONFIG_PATH` names, else `.baton.yaml` in
 * the folder. Only the latter may be missing.
 */
export const findConfigFile = (options: {
  readonly folder: string
  readonly named?: string | undefined
}): Effect.Effect<ConfigFile | undefined, ConfigError> => {
  const path = options.named ?? defaultConfigFile
  return readConfigFile(path, isAbsolute(path) ? path : join(options.folder, path)).pipe(
    Effect.map((file): ConfigFile => (options.named === undefined ? { ...file, implicit: true } : file)),
    Effect.catchIf(
      (error) => options.named === undefined && storeReasonOf(error.cause) === "NotFound",
      () => Effect.succeed(undefined),
    ),
  )
}

/** How messages call a file of settings, and what they advise. */
interface FileWords {
  /** The beginning of a sentence: "The configuration file". */
  readonly called: string
  /** What to do where it cannot be read, and where it is not written as it should be. */
  readonly unreadable: string
  readonly malformed: string
}

const ofSettings: FileWords = {
  called: "The configuration file",
  unreadable: "Check the path and its permissions, or use flags or BATON_* variables instead of the file.",
  malformed: "Write one `setting: value` per line; `rollcall config schema` describes the settings.",
}

/** Reads a file of settings. `location` is where it lies, `path` how it was named. */
export const readConfigFile = Effect.fn("Config.readFile")(function* (
  path: string,
  location: string,
  words: FileWords = ofSettings,
) {
  const bytes = yield* Effect.tryPromise({
    try: () => readBounded(location),
    catch: (cause) =>
      new ConfigError({
        reason: "UnreadableFile",
        message: `${words.called} ${path} ${whyUnreadable(cause)}.`,
        hint: words.unreadable,
        cause,
      }),
  })
  if (bytes === "not a file") {
    return yield* new ConfigError({
      reason: "UnreadableFile",
      message: `${words.called} ${path} cannot be read: it is not a file.`,
      hint: words.unreadable,
    })
  }
  if (bytes === "too large") return yield* malformed(words, path, 1, "is too large")
  return yield* parseConfigFile(path, bytes, words)
})

/** The bytes of a file that is looked at first, since a pipe would be waited for and a device may never end. */
const readBounded = async (location: string): Promise<Uint8Array | "not a file" | "too large"> => {
  const handle = await open(location, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) return "not a file"
    return stats.size > mostBytes ? "too large" : await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** Reads the bytes of a configuration file. */
export const parseConfigFile = Effect.fnUntraced(function* (
  path: string,
  bytes: Uint8Array,
  words: FileWords = ofSettings,
): Effect.fn.Return<ConfigFile, ConfigError> {
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => malformed(words, path, 1, "is not UTF-8 text"),
  })
  // Few commands meet a file, and the YAML parser is a good part of the time that a command takes to start.
  const { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } = yield* Effect.promise(() => import("yaml"))
  const lines = new LineCounter()
  // Its look for keys that stand twice compares each with each: minutes for 60,000 of them.
  const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false }
  const document = parseDocument(text, options)
  const lineAt = (position: number | undefined): number => Math.max(1, lines.linePos(position ?? 0).line)

  const [error] = document.errors
  if (error !== undefined) {
    return yield* malformed(words, path, lineAt(error.pos[0]), `is not valid YAML (${wordsOf(error.code)})`)
  }
  const root = document.contents
  if (root === null) return { path, entries: new Map() }
  if (!isMap(root))
    return yield* malformed(words, path, lineAt(root.range?.[0]), "is not a mapping of settings to values")

  // In one go, as an alias that resolves itself looks through the whole document.
  const anchors = new Map<string, unknown>()
  const targets = new Map<unknown, unknown>()
  visit(document, {
    Value: (_, node) => void (node.anchor === undefined || anchors.set(node.anchor, node)),
    Alias: (_, node) => void targets.set(node, anchors.get(node.source)),
  })
  const scalarText = (node: unknown): string | null | undefined => {
    const target = targets.has(node) ? targets.get(node) : node
    if (!isScalar(target)) return undefined
    if (target.value === null || target.value === "") return null
    // A number keeps the text it was written with: `host-id: 007` stays `007`.
    return typeof target.value === "string" ? target.value : target.source
  }
  /** The entries of a mapping, and of those in it to this depth. */
  const read = Effect.fnUntraced(function* (
    { items }: YAMLMap.Parsed,
    depth: number,
  ): Effect.fn.Return<ReadonlyMap<string, ConfigEntry>, ConfigError> {
    if (items.length > mostKeys)
      return yield* malformed(words, path, lineAt(items[0]?.key.range[0]), `has more than ${mostKeys} keys`)
    const entries = new Map<string, ConfigEntry>()
    const seen = new Set<string>()
    for (const pair of items) {
      const line = lineAt(pair.key.range[0])
      const key = scalarText(pair.key)
      if (typeof key !== "string") return yield* malformed(words, path, line, "has a key that is not a name")
      if (seen.has(key)) return yield* malformed(words, path, line, "has a duplicate key")
      seen.add(key)
      if (isSeq(pair.value)) {
        const listed = pair.value.items.map(scalarText)
        entries.set(key, listed.every((item) => typeof item === "string") ? { value: listed, line } : { line })
      } else if (isMap(pair.value)) {
        entries.set(key, depth === 0 ? { line } : { mapping: yield* read(pair.value, depth - 1), line })
      } else {
        const value = pair.value === null ? null : scalarText(pair.value)
        // A connection without settings is none that was left out.
        if (value === null && depth < deepest) entries.set(key, { line })
        else if (value !== null) entries.set(key, value === undefined ? { line } : { value, line })
      }
    }
    return entries
  })
  return { path, entries: yield* read(root, deepest) }
})

const malformed = (words: FileWords, path: string, line: number, problem: string) =>
  new ConfigError({
    reason: "MalformedFile",
    message: `${words.called} ${path} ${problem}, line ${line}.`,
    hint: words.malformed,
  })

const wordsOf = (code: string): string => code.toLowerCase().replaceAll("_", " ")
