// Says where secrets go when a folder decides it. `.baton.yaml` is read without being asked for and may have come with a
// download, so a host in it that is given somebody's own token is named before anything is sent.
import type { ConfigField } from "@rollcall/connector"
import type { ConfigFile } from "./ConfigFile.ts"
import type { Origin } from "./Origin.ts"
import { describeOrigin } from "./Origin.ts"

/** One sentence for each host that the folder's file names and that is sent secrets which are not from that file. */
export const foreignHosts = (
  fields: ReadonlyArray<ConfigField>,
  config: { readonly settings: object; readonly origins: Readonly<Record<string, Origin>> },
  file: ConfigFile | undefined,
): ReadonlyArray<string> => {
  if (file?.implicit !== true) return []
  const originOf = (field: ConfigField): Origin => config.origins[field.name] ?? { from: "unset" }
  const secrets = fields
    .filter((field) => field.type === "secret" && isFromElsewhere(field, originOf(field)))
    .map((field) => describeOrigin(originOf(field)))
  if (secrets.length === 0) return []
  return fields.flatMap((field) => {
    const origin = originOf(field)
    if (field.type !== "url" || origin.from !== "file") return []
    const { host } = new URL(String(Reflect.get(config.settings, field.name)))
    return `${describeOrigin(origin)} has ${secrets.join(" and ")} sent to ${host}.`
  })
}

/** Not written in the file itself: a file that it only names holds somebody's own secret too. */
const isFromElsewhere = (field: ConfigField, origin: Origin): boolean =>
  origin.from === "file" ? origin.name !== field.name : origin.from !== "unset"
