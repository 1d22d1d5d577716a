// What a configuration says that Rollcall does not act on. Keys of the file that no setting bears, variables that look misspelt, and
// settings of the Go connector without effect here are warned of: file and environment may serve other programs too. Settings of the
// Go connector that ask for something other than a sync end what would have been a sync, as a script that revokes, say, would take its
// exit code 0 for a yes; in the `.baton.yaml` of the folder, which may mean another connector, they are warned of too.
import type { ConfigField } from "@rollcall/connector"
import type { ConfigProblem } from "./ConfigError.ts"
import { invalidIn } from "./ConfigError.ts"
import type { ConfigEntry, ConfigFile } from "./ConfigFile.ts"
import { configFileVariable, environmentName, namesOf, variablesOf } from "./describeField.ts"
import { closest, didYouMean, editDistance } from "./editDistance.ts"
import type { GoSetting, OtherRequest } from "./goSettings.ts"
import { goSettings } from "./goSettings.ts"
import { parseSetting } from "./parseSetting.ts"
import type { ConfigSources, Given } from "./sources.ts"
import { profileVariable } from "./userFolder.ts"
import { describeOrigin, filesOf, findGiven, isFromFolder, placeOf } from "./sources.ts"

/**
 * Warnings about what was given and is not used, one sentence each. `fields` are all fields that any command knows; `reported`
 * are settings that were reported already.
 */
export const configWarnings = (
  fields: ReadonlyArray<ConfigField>,
  sources: ConfigSources,
  reported: ReadonlySet<string> = new Set(),
): ReadonlyArray<string> => {
  const known = new Set(fields.flatMap(namesOf))
  return [
    ...filesOf(sources).flatMap((file) => unknownKeys(known, file, reported)),
    ...misspelledVariables(fields, sources),
    ...settingsOfGo(known, sources, reported),
  ]
}

const unknownKeys = (
  known: ReadonlySet<string>,
  file: ConfigFile,
  reported: ReadonlySet<string>,
): ReadonlyArray<string> =>
  unknownEntries(known, file)
    .filter(([key]) => !reported.has(key))
    .map(([key, { line }]) => {
      const meant = key.trim().toLowerCase().replaceAll("_", "-")
      const question = didYouMean(known.has(meant) ? [meant] : closest(meant, [...known]))
      return `${placeOf(file.path, line)}: there is no setting ${JSON.stringify(key)}; it is ignored. ${question}`.trimEnd()
    })

/** Variables that are one edit away from that of a setting which is not set. Others may be of any program. */
const misspelledVariables = (
  fields: ReadonlyArray<ConfigField>,
  { environment }: ConfigSources,
): ReadonlyArray<string> => {
  const own = [...fields.flatMap(variablesOf), configFileVariable, profileVariable]
  const known = new Set([...own, ...goSettings.map(({ name }) => environmentName(name))])
  const unset = own.filter((name) => (environment[name] ?? "") === "")
  return Object.keys(environment).flatMap((name) => {
    if (known.has(name) || (environment[name] ?? "") === "") return []
    const meant = unset.filter((it) => mayBeOneEdit(name, it) && editDistance(name, it, 1) === 1)
    return meant.length === 0 ? [] : [`There is no setting ${name}; it is ignored. Did you mean ${meant.join(" or ")}?`]
  })
}

/** Whether two names share a half, as any that are one edit apart do. Most variables of a machine share none with a setting. */
const mayBeOneEdit = (one: string, other: string): boolean => {
  const half = Math.floor(other.length / 2) - 1
  return one.startsWith(other.slice(0, half)) || one.endsWith(other.slice(-half))
}

const settingsOfGo = (
  known: ReadonlySet<string>,
  sources: ConfigSources,
  reported: ReadonlySet<string>,
): ReadonlyArray<string> => {
  const given = goSettings
    .filter(({ name }) => !known.has(name) && !reported.has(name))
    .flatMap(({ name, environmentOnly }) => {
      const places = environmentOnly === true ? { flags: {}, environment: sources.environment } : sources
      const found = findGiven(name, places)
      return found === undefined ? [] : describeOrigin(found.origin)
    })
  if (given.length === 0) return []
  const words = given.length === 1 ? "This setting of the Go connector has" : "These settings of the Go connector have"
  return [`${words} no effect here: ${given.join(", ")}.`]
}

/** The key of the file under which keys of other connectors are listed. */
export const otherKeys = "other-keys"

/** The entries of the file that neither we nor the Go connector know, and that it does not list as another connector's. */
export const unknownEntries = (
  known: ReadonlySet<string>,
  { entries }: ConfigFile,
): ReadonlyArray<readonly [key: string, entry: ConfigEntry]> => {
  const listed = entries.get(otherKeys)?.value ?? []
  const names = typeof listed === "string" ? listed.split(",") : listed
  const others = new Set([otherKeys, ...names.map((name) => name.trim()), ...goSettings.map(({ name }) => name)])
  return [...entries].filter(([key]) => !known.has(key) && !others.has(key))
}

/**
 * Keys that are one edit away from a setting which is not in the file; `fields` are all fields that any command knows. Such a key was
 * most likely meant as that setting, so it ends what relies on the file.
 */
export const misspelledKeys = (
  fields: ReadonlyArray<ConfigField>,
  file: ConfigFile | undefined,
): ReadonlyArray<{ readonly key: string; readonly problem: ConfigProblem }> => {
  if (file === undefined) return []
  const known = new Set(fields.flatMap(namesOf))
  const missing = [...known, otherKeys].filter((name) => !file.entries.has(name))
  return unknownEntries(known, file).flatMap(([key, { line }]) => {
    const meant = missing.filter((name) => editDistance(key, name, 1) === 1)
    if (meant.length === 0) return []
    const problem: ConfigProblem = {
      reason: "Invalid",
      message: `${placeOf(file.path, line)}: there is no setting ${JSON.stringify(key)}; did you mean ${meant.join(" or ")}?`,
      hint: `Correct it; if it belongs to another connector, list it under \`${otherKeys}\`.`,
    }
    return [{ key, problem }]
  })
}

/** What was asked for besides a sync. */
export interface OtherRequests {
  /** What ends the program, one for each thing that was asked for. */
  readonly problems: ReadonlyArray<ConfigProblem>
  /** What the folder's own file asks for, a sentence or two for each thing. */
  readonly warnings: ReadonlyArray<string>
  /** The settings that problems and warnings name. */
  readonly names: ReadonlySet<string>
}

interface Asked {
  readonly name: string
  readonly request: OtherRequest
  readonly origin: Given["origin"]
}

/** Finds them; `forWorker` leaves out what the worker acts on. */
export const findOtherRequests = (
  sources: ConfigSources,
  { forWorker }: { readonly forWorker: boolean },
): OtherRequests => {
  const asked = goSettings.flatMap((setting): ReadonlyArray<Asked> => {
    const { name, here } = setting
    if (typeof here === "string" || (forWorker && here.takenByWorker === true)) return []
    const given = findGiven(name, sources)
    return given !== undefined && asksFor(setting, given) ? [{ name, request: here, origin: given.origin }] : []
  })
  const isIgnored = ({ origin }: Asked) => isFromFolder(origin, sources.file)
  return {
    problems: byRequest(asked.filter((it) => !isIgnored(it))).map(problemOf),
    warnings: byRequest(asked.filter(isIgnored)).map(warningOf),
    names: new Set(asked.map(({ name }) => name)),
  }
}

/** A boolean that is off asks for nothing, and neither does what is empty. The Go connector reads `event-feed` as a boolean. */
const asksFor = ({ name, takesValue }: GoSetting, { raw }: Given): boolean => {
  const texts = typeof raw === "string" ? [raw] : (raw ?? ["a mapping"])
  const isOff = (text: string) => {
    const parsed = parseSetting({ name, type: "boolean", description: "" }, text)
    return "value" in parsed && parsed.value === false
  }
  return texts.some((text) => text !== "" && !((!takesValue || name === "event-feed") && isOff(text)))
}

type Group = readonly [Asked, ...ReadonlyArray<Asked>]

const byRequest = (asked: ReadonlyArray<Asked>): ReadonlyArray<Group> => {
  const groups = new Map<OtherRequest, Group>()
  for (const it of asked) {
    const [first, ...others] = groups.get(it.request) ?? []
    groups.set(it.request, first === undefined ? [it] : [first, ...others, it])
  }
  return [...groups.values()]
}

const problemOf = (group: Group): ConfigProblem => ({
  reason: group.every(({ origin }) => invalidIn(origin) === "InvalidFlag") ? "InvalidFlag" : "Invalid",
  message: `${sentence(group)}; nothing was done.`,
  hint: `${group[0].request.instead} Leave ${originsOf(group)} out here.`,
})

const warningOf = (group: Group): string =>
  `${sentence(group)}; ${group.length === 1 ? "it is" : "they are"} ignored. ${group[0].request.instead}`

const sentence = (group: Group): string =>
  `${originsOf(group)} ${group.length === 1 ? "asks" : "ask"} to ${group[0].request.asksTo}, which a sync does not do`

const originsOf = (group: Group): string => group.map(({ origin }) => describeOrigin(origin)).join(", ")
