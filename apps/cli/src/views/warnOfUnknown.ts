// Says that a view was asked for something which the sync does not show: an empty list should not look like an answer when
// the question holds a slip of the pen.
import type { SyncReader } from "@rollcall/c1z"
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { escapeControls } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"

/** What a view was asked for. */
export interface Asked {
  readonly resourceType?: string | undefined
  readonly resource?: ResourceId
  readonly entitlement?: string
}

/** Warns of each thing asked for that the sync does not show. */
export const warnOfUnknown = Effect.fnUntraced(function* (
  reader: SyncReader,
  { resourceType, resource, entitlement }: Asked,
  { quiet }: { readonly quiet: boolean },
) {
  if (quiet) return
  const screen = yield* Screen
  const warn = (text: string) => screen.err(`warning: the sync ${escapeControls(text)}.\n`)
  if (entitlement !== undefined && !(yield* reader.hasEntitlement(entitlement))) {
    yield* warn(`shows no entitlement ${entitlement}`)
  }
  const type = resource?.resourceType ?? resourceType
  if (type === undefined) return
  const types = yield* Stream.runCollect(Stream.map(reader.resourceTypes, (view) => view.resourceType.id))
  if (!types.includes(type)) yield* warn(`has no resource type ${type}; it has ${types.join(", ")}`)
  else if (resource !== undefined && (yield* reader.resource(resource)) === undefined) {
    yield* warn(`shows no resource ${formatResourceId(resource)}`)
  }
})
