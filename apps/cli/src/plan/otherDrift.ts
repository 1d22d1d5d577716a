// Drift of what can be read and not changed, such as roles: it is compared with the last sync, as nothing shows it live.
import type { Connector } from "@rollcall/connector"
import { firstFew, formatResourceId, sentenceOf } from "@rollcall/connector"
import { observeSync } from "@rollcall/host/observe-sync"
import type { DesiredState, EntitlementDrift } from "@rollcall/plan"
import { driftIn } from "@rollcall/plan"
import { Effect } from "effect"
import type { ViewSettings } from "../settings/commandFields.ts"
import { openView } from "../views/openView.ts"

/** How the entries differ, a note each, and whether any of them does. */
export const otherDrift = Effect.fn("Drift.ofOthers")(function* (
  connector: Connector,
  entitlements: DesiredState["entitlements"],
  settings: ViewSettings,
) {
  if (entitlements.length === 0) return { notes: [], differs: false }
  const compared = yield* Effect.result(compare(connector, entitlements, settings))
  if (compared._tag === "Failure") {
    const why = sentenceOf(compared.failure).replace(/\.$/u, "")
    return { notes: entitlements.map(({ id }) => `${id} ${beyond}, and no sync shows it: ${why}`), differs: false }
  }
  const { drifts, at } = compared.success
  return {
    notes: drifts.map((drift) => `${drift.entitlement} ${beyond}. By the sync of ${at} ${inWords(drift)}`),
    differs: drifts.some(({ state }) => state === "differs"),
  }
}, Effect.scoped)

const compare = Effect.fnUntraced(function* (
  connector: Connector,
  entitlements: DesiredState["entitlements"],
  settings: ViewSettings,
) {
  const access = yield* openView({ settings, syncId: undefined, format: "table" })
  const drifts = yield* driftIn({ entitlements }, yield* observeSync(access, connector))
  return { drifts, at: access.sync?.endedAt ?? "an unknown time" }
})

const beyond = "cannot be changed by Rollcall"

const inWords = ({ state, missing, extra, why }: EntitlementDrift): string => {
  if (state === "same") return "it is as it should be"
  if (state !== "differs") return `it is ${state}: ${why.join("; ")}`
  const list = (principals: EntitlementDrift["missing"]) => firstFew(principals.map(formatResourceId))
  return [
    ...(missing.length === 0 ? [] : [`it is missing for ${list(missing)}`]),
    ...(extra.length === 0 ? [] : [`it is held against the file by ${list(extra)}`]),
  ].join(", and ")
}
