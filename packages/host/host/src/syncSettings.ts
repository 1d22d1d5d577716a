// The settings of a sync to a file, beside its connector's, and what settings of the apps demand beyond their types. A wrong
// value is found with all others, before anything begins, by every command that has the setting; and by `rollcall config
// validate`, which has all of them.
import { proxyProblem } from "@rollcall/api-client"
import type { Retention } from "@rollcall/archive"
import { parseRetention, retentionExample } from "@rollcall/archive/retention"
import type { ConfigProblem, ResolvedConfig, SettingRule, Settings } from "@rollcall/config"
import { ConfigError, describeOrigin, invalidIn, parseSetting, pickAppFields, suggestion } from "@rollcall/config"
import type { Connector, ReplacePolicy, SyncRequest } from "@rollcall/connector"
import { checkResourceTypes } from "@rollcall/connector"
import type { OpenOptions } from "@rollcall/connector-module"
import { Effect, Option, Redacted } from "effect"
import { homedir, tmpdir } from "node:os"
import { isAbsolute, join } from "node:path"

/** Where and how a sync is stored. */
export const storeFields = pickAppFields("file", "c1z-temp-dir", "keep-sync-count", "skip-cleanup")

/** Where copies of published syncs are kept, and which. */
export const archiveFields = pickAppFields("archive", "archive-keep")

/** How much less than before a sync may show. */
export const shrinkFields = pickAppFields("max-shrink", "allow-shrink-until")

/** What is synced, and how strictly. */
export const requestFields = pickAppFields(
  "sync-resource-types",
  "skip-entitlements-and-grants",
  "skip-grants",
  "strict",
)

/** The request that the settings describe. */
export const requestOf = (settings: Settings<typeof requestFields>): SyncRequest => {
  return {
    resourceTypes: settings["sync-resource-types"],
    skipEntitlementsAndGrants: settings["skip-entitlements-and-grants"],
    skipGrants: settings["skip-grants"],
  }
}

/** How requests to the system are sent. */
export const requestTimeFields = pickAppFields("http-timeout-seconds")

/** How a connector is opened with these settings. */
export const openOptionsOf = (settings: Settings<typeof requestTimeFields>): Pick<OpenOptions, "timeout"> => {
  const seconds = settings["http-timeout-seconds"]
  return seconds === undefined ? {} : { timeout: `${seconds} seconds` }
}

/** The copies that an archive keeps, of settings that obey `settingRules`. */
export const archiveRetention = (settings: Settings<typeof archiveFields>): Retention | "all" =>
  Option.getOrThrow(parseRetention(settings["archive-keep"]))

/** The store of the command: the file that the setting names, or the one of this user. */
export const storeFileOf = (leases: string | undefined): string => {
  if (leases !== undefined) return leases
  const state = process.env["XDG_STATE_HOME"] ?? ""
  // https://specifications.freedesktop.org/basedir-spec: a path that is not absolute is ignored.
  return join(isAbsolute(state) ? state : join(homedir(), ".local", "state"), "rollcall", "leases.db")
}

/** Two workers on one machine must not share a folder. An `import` of node:crypto reads all that it has, at the start of each command. */
export const fingerprint = (text: string): string =>
  process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex").slice(0, 12)

/** The folder in which a worker for ConductorOne with this client id keeps its unfinished syncs, its leases and its audit log. */
export const workFolderOf = (folder: string | undefined, clientId: string): string =>
  folder ?? join(tmpdir(), `rollcall-worker-${fingerprint(clientId)}`)

/** The store of leases in such a folder. */
export const leasesIn = (workFolder: string): string => join(workFolder, "leases.db")

/** What only a flag says, for one run. */
export interface ReplaceFlags {
  readonly allowShrink?: boolean
  readonly replaceWorkspace?: boolean
}

/** What a sync that begins now (milliseconds since the epoch) may do to what was there before it. */
export const replacePolicyOf = (
  settings: Settings<typeof shrinkFields>,
  now: number,
  { allowShrink = false, replaceWorkspace = false }: ReplaceFlags = {},
): ReplacePolicy => {
  const until = endOfDay(settings["allow-shrink-until"])
  return {
    maxShrink: settings["max-shrink"],
    acceptsShrink: allowShrink || (until !== undefined && now < until),
    replacesTenant: replaceWorkspace,
  }
}

/** The warning of a date up to which losses are accepted that has passed: a variable stays set for long. */
export const passedDates = (
  { settings, origins }: Pick<ResolvedConfig<typeof shrinkFields>, "settings" | "origins">,
  now: number,
): ReadonlyArray<string> => {
  const until = endOfDay(settings["allow-shrink-until"])
  const origin = origins["allow-shrink-until"]
  if (until === undefined || now < until) return []
  return [
    `${describeOrigin(origin)} accepts losses up to ${settings["allow-shrink-until"]}, which has passed, so none is accepted. Remove it, or set a later date.`,
  ]
}

/** The instant at which a day in UTC ends, in milliseconds since the epoch. */
export const endOfDay = (day: string | undefined): number | undefined =>
  day === undefined ? undefined : Date.parse(`${day}T00:00:00Z`) + 86_400_000

/**
 * Fails where the connector does not have a resource type that is to be synced, under the name that was used. Only the connector
 * knows; it is said before anything begins, as a worker would tell ConductorOne with every task.
 */
export const checkTypes = (
  connector: Connector,
  { settings, origins }: Pick<ResolvedConfig<typeof requestFields>, "settings" | "origins">,
): Effect.Effect<void, ConfigError> =>
  checkResourceTypes(connector, settings["sync-resource-types"]).pipe(
    Effect.mapError(({ message, hint }) => {
      const origin = origins["sync-resource-types"] ?? { from: "unset" }
      const known = connector.resourceTypes.map(({ id }) => id)
      const unknown = (settings["sync-resource-types"] ?? []).filter((type) => !known.includes(type))
      return new ConfigError({
        reason: invalidIn(origin),
        message: `${describeOrigin(origin)} cannot be used. ${message}`,
        hint: `${unknown.map((type) => suggestion(type, known)).join("")}${hint}`,
      })
    }),
  )

/** What is wrong with the proxy that this process's environment names: a setting like any other, told with the others. */
export const proxyProblems = (): ReadonlyArray<ConfigProblem> => {
  const problem = proxyProblem(process.env)
  return problem === undefined ? [] : [{ reason: "Invalid", ...problem }]
}

/** The most bytes of a host id that C1 takes. */
const longestHostId = 256

// Loaded where such a setting is given: most commands have none.
const credentials = Effect.promise(() => import("@rollcall/c1-client/credentials"))

/** The rules, by the setting's name. The secret of a webhook is that of https://github.com/standard-webhooks/standard-webhooks (1.0.0). */
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
  protected: (text) =>
    /[@\s]/u.test(text)
      ? Effect.fail({
          message: "What is protected is named by ids.",
          hint: "Give ids of accounts (U0123), groups (S0123) or entitlements, separated by commas without spaces.",
        })
      : Effect.void,
  "drift-webhook-url": (text) => {
    const read = parseSetting({ name: "drift-webhook-url", type: "url", description: "" }, text)
    return "value" in read
      ? Effect.void
      : Effect.fail({
          message: `It must ${read.mustBe}.`,
          hint: "Give the address of the webhook, as its receiver shows it.",
        })
  },
  "drift-webhook-secret": (text) => {
    const [, key = ""] = /^whsec_(.+)$/su.exec(text) ?? []
    const bytes = Buffer.from(key, "base64")
    return bytes.length >= 24 && bytes.length <= 64 && bytes.toString("base64") === key
      ? Effect.void
      : Effect.fail({
          message: "It must be whsec_ and the base64 of 24 to 64 bytes.",
          hint: 'Make one with `echo "whsec_$(openssl rand -base64 32)"`, and give the same to the receiver.',
        })
  },
  "plan-max-age": Effect.fnUntraced(function* (text) {
    const age = yield* lengthOfTime(text)
    const { journalKept } = yield* Effect.promise(() => import("@rollcall/plan"))
    if (age <= journalKept) return
    const days = journalKept / 86_400_000
    return yield* Effect.fail({
      message: `What a plan has done is known for ${days} days, and an older plan would be done again.`,
      hint: `Give ${days}d or less.`,
    })
  }),
  "max-lease": (text) => lengthOfTime(text),
  "c1-lease-grace": (text) => lengthOfTime(text),
  "memory-limit": (text) =>
    bytesIn(text) === undefined
      ? Effect.fail({ message: "It is no amount of memory.", hint: "Give one such as 512Mi, 1Gi or 800M." })
      : Effect.void,
  "host-id": (text) =>
    Buffer.byteLength(text) <= longestHostId
      ? Effect.void
      : Effect.fail({
          message: `ConductorOne takes a host id of ${longestHostId} bytes at most.`,
          hint: "Give this deployment a shorter name.",
        }),
}

const units = { "": 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 } as const

/** The bytes of an amount of memory as Kubernetes writes them: `512Mi`, `1Gi`, `800M`. */
export const bytesIn = (text: string): number | undefined => {
  const [, digits, unit] = /^(\d{1,12})((?:[KMG]i|[kMG])?)$/u.exec(text.trim()) ?? []
  const factor = Object.entries(units).find(([name]) => name === unit)?.[1]
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor
}

/** Its milliseconds. */
const lengthOfTime = Effect.fnUntraced(function* (text: string) {
  const { intervalOf } = yield* Effect.promise(() => import("./schedule/index.ts"))
  const length = intervalOf(text)
  if (length !== undefined) return length
  return yield* Effect.fail({ message: "It is no length of time.", hint: "Give one such as 24h, 90m or 1h30m." })
})
