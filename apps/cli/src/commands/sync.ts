// Reads the whole system and writes it to a file.
import type { Settings } from "@rollcall/config"
import { pickAppFields } from "@rollcall/config"
import type { StoreError } from "@rollcall/connector"
import { ConnectorError, exitCodes, sentenceOf } from "@rollcall/connector"
import type { ConnectorModule } from "@rollcall/connector-module"
import { Clock, Effect, Result } from "effect"
import { Flag } from "effect/cli"
import type { ModuleList } from "@rollcall/host"
import {
  archiveFields,
  archiveRetention,
  checkTypes,
  openModule,
  openOptionsOf,
  passedDates,
  refuse,
  requestFields,
  requestOf,
  requestTimeFields,
  shrinkFields,
  selectModule,
  storeFields,
  hasStore,
  storeFileOf,
} from "@rollcall/host"
import { leaseFields } from "../settings/commandFields.ts"
import { ExitWith } from "../errors.ts"
import { errLines, Screen } from "../Screen.ts"
import { goFlags } from "@rollcall/host/command-line"
import type { FinishedSync } from "@rollcall/host/sync"
import { connectorOptions } from "./commonFlags.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { warn } from "../settings/knownModules.ts"

/** `rollcall sync` */
export const syncCommand = (modules: ModuleList) =>
  settingsCommand(
    "sync",
    {
      summary: "Read a workspace and write it to a file.",
      description:
        "Read who is in a workspace and what they may do, and write it to a c1z file. A run that was stopped is " +
        "continued by the next one. Progress and the summary go to the standard error; -o json prints the summary as JSON.",
      connectorFields: connectorOptions(modules),
      fields: [
        ...storeFields,
        ...archiveFields,
        ...shrinkFields,
        ...requestFields,
        ...requestTimeFields,
        ...leaseFields,
        ...pickAppFields("audit-file"),
      ],
      own: {
        allowShrink: Flag.Boolean("allow-shrink").pipe(
          Flag.withDescription("Publish what was read even if it is far less than before; applies to this run only."),
          Flag.withDefault(false),
        ),
        quick: Flag.Boolean("quick").pipe(
          Flag.withDescription(
            "Read only what takes seconds: who exists, who is active and who is in which IdP group (Slack Business+). Kept apart from full syncs.",
          ),
          Flag.withDefault(false),
        ),
        replaceWorkspace: Flag.Boolean("replace-workspace").pipe(
          Flag.withDescription("Replace a file that holds another workspace; its earlier syncs are removed."),
          Flag.withDefault(false),
        ),
      },
      // A summary is no list.
      formats: ["table", "json", "ndjson"],
      ignored: goFlags(),
      refuses: { forWorker: false },
      examples: [
        { command: "BATON_TOKEN_FILE=token.txt rollcall sync", description: "Sync to sync.c1z" },
        { command: "rollcall sync --sync-resource-types user,userGroup -f people.c1z" },
        { command: "rollcall sync --archive history", description: "And keep a dated copy" },
        { command: "rollcall sync --quick -f people.c1z" },
      ],
    },
    Effect.fnUntraced(function* ({ settings, connectorSettings, config, format, quiet, own }) {
      const screen = yield* Screen
      if (!quiet) yield* warn(passedDates(config, yield* Clock.currentTimeMillis))
      const module = yield* selectModule(modules, connectorSettings)
      const { syncWithProgress } = yield* Effect.promise(() => import("../sync/progress.ts"))
      const { printOutcome } = yield* Effect.promise(() => import("../sync/summary.ts"))
      const open = yield* openModule(module, connectorSettings, openOptionsOf(settings))
      const { quick, ...flags } = own
      if (quick && open.connector.quick === undefined) {
        return yield* refuse(modules, noQuickSync(module), (about) => about.quick !== undefined)
      }
      yield* checkTypes(open.connector, config)
      const finished = yield* Effect.onInterrupt(
        syncWithProgress(open, settings, { ...requestOf(settings), quick }, { ...flags, showProgress: !quiet }),
        () => screen.err(`${stopped}\n`),
      )
      const archived = settings.archive === undefined ? undefined : yield* archive(modules, settings, finished)
      yield* compareLeases(settings, finished)
      yield* printOutcome(finished, { format, quiet, strict: settings.strict })
      if (archived !== undefined) yield* reportCopy(archived, { quiet })
    }, Effect.scoped),
  )

const noQuickSync = ({ displayName }: ConnectorModule): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `--quick cannot be used: ${displayName} has no quick sync.`,
    hint: "Sync without --quick.",
  })

/** Adds a dated copy of the sync. What summarizes and compares copies is loaded only here. */
const archive = Effect.fnUntraced(function* (
  modules: ModuleList,
  settings: Settings<typeof archiveFields | typeof storeFields>,
  finished: FinishedSync,
) {
  const { archiveSync } = yield* Effect.promise(() => import("@rollcall/host/archive"))
  const retention = archiveRetention(settings)
  return yield* Effect.result(
    archiveSync(settings, finished, { retention, meanings: modules.all, tempDirectory: settings["c1z-temp-dir"] }),
  )
})

/** Access for a time whose holder the sync shows without it is over. What compares is loaded where there is a store. */
const compareLeases = Effect.fnUntraced(function* (
  settings: Settings<typeof storeFields> & {
    readonly leases?: string | undefined
    readonly "audit-file"?: string | undefined
  },
  finished: FinishedSync,
) {
  const store = storeFileOf(settings.leases)
  if (!(yield* hasStore(store))) return
  const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
  const { leasesAfterSync } = yield* Effect.promise(() => import("@rollcall/host/leases"))
  const { followLeases } = yield* Effect.promise(() => import("../changes/following.ts"))
  const auditFile = settings["audit-file"] ?? auditFileBeside(settings.file)
  yield* followLeases({ store, auditFile }, leasesAfterSync(finished, { tempDirectory: settings["c1z-temp-dir"] }))
})

/** Says where the copy is. One that failed is a warning, as the sync is published, and then the command ends with 74. */
const reportCopy = Effect.fnUntraced(function* (
  archived: Result.Result<string | undefined, StoreError>,
  { quiet }: { readonly quiet: boolean },
) {
  if (Result.isFailure(archived)) {
    yield* warn([`The sync is published, but it was not archived. ${sentenceOf(archived.failure)}`])
    return yield* new ExitWith({ code: exitCodes.cannotWrite })
  }
  if (archived.success !== undefined && !quiet) yield* errLines([`It is archived as ${archived.success}.`])
})

const stopped =
  "Stopped. What was read is kept next to the output: run the same command again and it continues where it stopped."
