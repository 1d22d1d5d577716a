// What settings of the apps demand beyond their types. A wrong value is found with all others, before anything begins, by every command
// that has the setting; and by `rollcall config validate`, which has all of them.
import { parseRetention, retentionExample } from "@rollcall/archive/retention"
import type { SettingRule } from "@rollcall/config"
import { Effect, Option, Redacted } from "effect"

/** The most bytes of a host id that C1 takes. */
const longestHostId = 256

// Loaded where such a setting is given: most commands have none.
const credentials = Effect.promise(() => import("@rollcall/c1-client/credentials"))

/** The rules, by the setting's name. */
export const settingRules: Readonly<Record<string, SettingRule>> = {
  "archive-keep": (text) =>
    Option.isSome(parseRetention(text))
      ? Effect.void
      : Effect.fail({
          message: "It does not say which copies an archive keeps.",
          hint: `Give numbers of days, weeks and months, such as ${retentionExample}, or all.`,
        }),
  "client-id": (text) => Effect.flatMap(credentials, ({ parseClientId }) => parseClientId(text)),
  "client-secret": (text) =>
    Effect.flatMap(credentials, ({ parseClientSecret }) => parseClientSecret(Redacted.make(text))),
  "c1-api-host": (text) => Effect.flatMap(credentials, ({ parseApiHost }) => parseApiHost(text)),
  every: Effect.fnUntraced(function* (text) {
    const { parseTimetable } = yield* Effect.promise(() => import("./schedule/index.ts"))
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
