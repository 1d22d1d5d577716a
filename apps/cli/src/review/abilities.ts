// What the connector of a file can change, and so which decisions of a review the command can carry out.
import type { AccessOptions } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import type { Abilities } from "@rollcall/review"
import { Effect } from "effect"
import { KnownModules } from "../settings/knownModules.ts"

/** Of a file that names no connector that is known here, nothing can be changed: all of it is work for people. */
export const abilitiesOf = Effect.fnUntraced(function* (file: string, reading: AccessOptions) {
  const { all } = yield* KnownModules
  const source = yield* Effect.scoped(Effect.map(openAccess(file, reading), ({ sync }) => sync?.source))
  const module = all.find(({ id }) => id === source?.connector)
  const about = module === undefined ? undefined : (yield* Effect.promise(module.load)).about
  const types = about?.resourceTypes.filter(({ capabilities }) => capabilities.includes("provision")) ?? []
  const disable = module?.actions?.find(({ kind }) => kind === "accountDisable")
  const can: Abilities = { revokes: types.map(({ id }) => id), disables: disable !== undefined }
  return { can, disableCommand: disable?.name }
})
