// How `config show` lists settings.
import type { ShownSetting } from "@rollcall/config"
import { Effect } from "effect"
import type { Listing } from "../render/printListing.ts"

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
