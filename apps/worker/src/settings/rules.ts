// What the worker demands of settings beyond their types, so that all that is wrong is told at once, before anything is
// opened. What a setting is for is loaded only where the setting is given.
import type { SettingRule } from "@rollcall/config"
import { Effect } from "effect"

/** The most bytes of a host id that C1 takes. */
const longestHostId = 256

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
  "host-id": (text) =>
    Buffer.byteLength(text) <= longestHostId
      ? Effect.void
      : Effect.fail({
          message: `ConductorOne takes a host id of ${longestHostId} bytes at most.`,
          hint: "Give this deployment a shorter name.",
        }),
}
