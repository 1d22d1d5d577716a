// The flags that the commands which read a file have in common.
import { pickAppFields } from "@rollcall/config"
import { optionalText } from "./optionalText.ts"

/** Settings of the commands that read a file. */
export const viewFields = pickAppFields("file", "c1z-temp-dir", "decoder-max-decoded-size-mb")

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
