// Keeps secrets from hosts that a folder decides. `.baton.yaml` is read without being asked for and may have come with a
// download, so a host in it gets no secret that came from elsewhere, until somebody names the file.
import type { ConfigField } from "@rollcall/connector"
import type { ConfigProblem } from "./ConfigError.ts"
import { configFileVariable } from "./describeField.ts"
import type { ConfigFile } from "./ConfigFile.ts"
import type { Origin } from "./sources.ts"
import { describeOrigin } from "./sources.ts"

/** A problem for each host that the folder's file names and that would be sent secrets which are not from that file. */
export const foreignHosts = (
  fields: ReadonlyArray<ConfigField>,
  config: { readonly settings: object; readonly origins: Readonly<Record<string, Origin>> },
  file: ConfigFile | undefined,
): ReadonlyArray<ConfigProblem> => {
  if (file?.implicit !== true) return []
  const originOf = (field: ConfigField): Origin => config.origins[field.name] ?? { from: "unset" }
  const foreign = fields.filter((field) => field.type === "secret" && isFromElsewhere(field, originOf(field)))
  const claimed = new Set(fields.flatMap((field) => field.receives ?? []))
  return fields.flatMap((host) => {
    const origin = originOf(host)
    if (origin.from !== "file") return []
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

/** The host in a URL, in a client id (`name@host/suffix`), or the text itself. */
const hostIn = (text: string): string => URL.parse(text)?.host || (/@([^/]+)\//u.exec(text)?.[1] ?? text)

/** Not written in the file itself: a file that it only names holds somebody's own secret too. */
const isFromElsewhere = (field: ConfigField, origin: Origin): boolean =>
  origin.from === "file" ? origin.name !== field.name : origin.from !== "unset"
