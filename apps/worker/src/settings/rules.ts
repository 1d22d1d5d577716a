// What the worker demands of settings beyond their types, so that all that is wrong is told at once, before anything is
// opened. What a setting is for is loaded only where the setting is given.
import type { SettingRule } from "@rollcall/config"
import { Effect } from "effect"

/** The rules, by the setting's name. */
export const rules: Readonly<Record<string, SettingRule>> = {
  "client-id": Effect.fnUntraced(function* (text) {
    const { parseClientId } = yield* Effect.promise(() => import("@rollcall/c1-client"))
    return yield* parseClientId(text)
  }),
  every: Effect.fnUntraced(function* (text) {
    const { parseTimetable } = yield* Effect.promise(() => import("../standalone/Timetable.ts"))
    return yield* parseTimetable(text)
  }),
}
