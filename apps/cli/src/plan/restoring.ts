// What a sync shows of who held what can be granted, to be given back where it was lost since.
import type { Connector } from "@rollcall/connector"
import { firstFew, formatResourceId } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { ofOtherSystem, changesToRestore, type Recorded } from "@rollcall/plan"
import { Effect, Stream } from "effect"
import { lentIn, lentNote } from "../leases/endsIn.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { openView } from "../views/openView.ts"
import { chosenEntitlements, type ChosenThing } from "./writeDesired.ts"

/** Which sync, and what of it. */
export interface RestoreRequest extends ChosenThing {
  readonly settings: ViewSettings & { readonly leases: string | undefined }
  readonly modules: ModuleList
  readonly sync: string
}

/** The desired changes that give back what was lost, and notes of what the sync did not read and of who is gone. */
export const toRestore = Effect.fn("Plan.restoreCommand")(function* (connector: Connector, request: RestoreRequest) {
  const { settings, modules, sync: syncId } = request
  const access = yield* openView({ settings, syncId, format: "table" })
  const source = access.sync?.source
  const here = yield* connector.identify
  const foreign = source === undefined ? undefined : ofOtherSystem("sync", source, connector, here)
  if (foreign !== undefined) return yield* foreign
  const { chosen, doubtful } = yield* chosenEntitlements(access, modules, request)
  const lent = yield* lentIn(settings.leases, access.sync)
  const recorded = yield* Effect.forEach(chosen, (it) =>
    Effect.map(Stream.runCollect(access.grants({ entitlement: it.id })), (grants): Recorded => {
      const direct = grants.filter(({ reason, principal }) => reason.direct && !lent.isLent(it.id, principal.id))
      const members = new Map(direct.map(({ principal }) => [formatResourceId(principal.id), principal.id]))
      return { entitlement: { id: it.id, slug: it.slug, resource: it.resource.id }, members: [...members.values()] }
    }),
  )
  const { desiredChanges, gone } = yield* changesToRestore(connector, recorded)
  const gaps = (yield* access.coverage).flatMap(({ gaps: all }) => all).filter(({ expected }) => expected !== true)
  const types = new Set(doubtful.map(({ resource }) => resource.id.resourceType))
  const notes = [
    ...gaps
      .filter(({ resourceType }) => types.has(resourceType))
      .map(
        ({ missing, explanation }) =>
          `The sync lacks ${missing}, which cannot be restored from it: ${explanation.replace(/\.$/u, "")}`,
      ),
    ...lentNote(lent, "not restored"),
    ...(gone.length === 0 ? [] : [`Gone since, and not restored: ${firstFew(gone)}`]),
  ]
  return { desiredChanges, notes }
})
