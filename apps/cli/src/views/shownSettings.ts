// How `config show` lists settings.
import type { ShownSetting } from "@rollcall/config"
import { hideTokens } from "@rollcall/api-client"
import { Effect } from "effect"
import type { Listing } from "@rollcall/access/render"

/** Settings with their values and origins. */
export const shownSettings: Listing<ShownSetting> = {
  name: "settings",
  columns: [
    { title: "Setting", value: (setting) => setting.name },
    { title: "Value", value: (setting) => (setting.value === null ? "" : String(setting.value)) },
    { title: "Origin", value: (setting) => setting.origin },
    { title: "Environment", value: (setting) => setting.environment },
  ],
  json: Effect.succeed,
}

/** The setting without a token that was given where none belongs. */
export const withoutTokens = ({ value, origin, ...setting }: ShownSetting): ShownSetting => ({
  ...setting,
  value:
    typeof value === "string" ? hideTokens(value) : Array.isArray(value) ? value.map((it) => hideTokens(it)) : value,
  origin: hideTokens(origin),
})
