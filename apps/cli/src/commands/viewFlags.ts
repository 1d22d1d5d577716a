// The flags that the commands which read a file have in common.
import { optionalText } from "./optionalText.ts"

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
