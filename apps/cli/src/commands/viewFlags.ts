// The flags that the commands which read a file have in common.
import { pickAppFields } from "@rollcall/config"
import { Option } from "effect"
import { Flag } from "effect/cli"

/** Settings of the commands that read a file. */
export const viewFields = pickAppFields("file", "c1z-temp-dir", "decoder-max-decoded-size-mb")

const optionalText = (name: string, alias: string | undefined, metavar: string, description: string) => {
  const flag = Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    // Most often a shell variable that was not set.
    Flag.filter(
      (text) => text !== "",
      () => "a text that is not empty",
    ),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  )
  return alias === undefined ? flag : flag.pipe(Flag.withAlias(alias))
}

/** `--sync-id` */
export const syncIdFlag = optionalText(
  "sync-id",
  undefined,
  "id",
  "The sync to read; the latest finished one when unset.",
)

/** `-t`, `-r` and `-e`, which say what to show. */
export const filterFlags = {
  resourceType: optionalText("resource-type", "t", "type", "The resource type."),
  resource: optionalText("resource", "r", "id", "The id of the resource, without its type."),
  entitlement: optionalText("entitlement", "e", "id", "The id of the entitlement."),
}
