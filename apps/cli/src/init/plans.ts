// The plans that a workspace can be set up for, as the connectors declare them.
import type { ConfigField } from "@rollcall/connector"
import type { ConnectorModule } from "@rollcall/connector-module"
import type { ModuleList } from "@rollcall/host"
import { connectorFields } from "@rollcall/host"

/** A plan, its connector, and the settings that make the connector read it. */
export interface Plan {
  /** In one word. */
  readonly plan: string
  readonly displayName: string
  readonly module: ConnectorModule
  readonly settings: Readonly<Record<string, string | number | boolean>>
}

/** All of them, the one that asks for least first. */
export const plansOf = ({ all }: ModuleList): ReadonlyArray<Plan> =>
  all.toReversed().flatMap((module): ReadonlyArray<Plan> => {
    const { id, plan = id, displayName, variants = [] } = module
    return [{ plan, displayName, module, settings: {} }, ...variants.map((variant) => ({ ...variant, module }))]
  })

/** The settings of the connectors but those that follow from the plan. */
export const settableFields = (modules: ModuleList): ReadonlyArray<ConfigField> => {
  const implied = new Set(plansOf(modules).flatMap(({ settings }) => Object.keys(settings)))
  return connectorFields(modules).filter(({ name }) => !implied.has(name))
}
