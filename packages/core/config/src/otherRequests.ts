// Finds settings of the Go connector that ask for something other than a sync. They end what would have been a sync, as a
// script that revokes, say, would take its exit code 0 for a yes. The `.baton.yaml` of the folder may mean another
// connector, so it is answered with warnings.
import type { ConfigProblem } from "./ConfigError.ts"
import { invalidIn } from "./ConfigError.ts"
import type { ConfigSources, Given } from "./sources.ts"
import { findGiven, describeOrigin } from "./sources.ts"
import type { GoSetting, OtherRequest } from "./goSettings.ts"
import { goSettings } from "./goSettings.ts"
import { parseSetting } from "./parseSetting.ts"

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
  const isIgnored = ({ origin }: Asked) => origin.from === "file" && sources.file?.implicit === true
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
  hint: `${group[0].request.instead} Leave ${namesOf(group)} out here.`,
})

const warningOf = (group: Group): string =>
  `${sentence(group)}; ${group.length === 1 ? "it is" : "they are"} ignored. ${group[0].request.instead}`

const sentence = (group: Group): string =>
  `${namesOf(group)} ${group.length === 1 ? "asks" : "ask"} to ${group[0].request.asksTo}, which a sync does not do`

const namesOf = (group: Group): string => group.map(({ origin }) => describeOrigin(origin)).join(", ")
