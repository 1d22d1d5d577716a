// `rollcall plan`: what changes will do to whom, said before. What does the work is loaded when it is needed.
import { pickAppFields } from "@rollcall/config"
import type { ModuleList } from "@rollcall/host"
import { openModule, selectModule } from "@rollcall/host"
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { UsageError } from "../errors.ts"
import { leaseFields, limitFields, viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import {
  connectorOptions,
  evenMyselfFlag,
  filterFlags,
  forceFlag,
  optionalPath,
  optionalText,
  reasonFlag,
} from "./commonFlags.ts"

/** `rollcall plan` */
export const planCommand = (modules: ModuleList) =>
  settingsCommand(
    "plan",
    {
      summary: "Say what changes would do to whom, and write them as a plan.",
      description:
        "Say what changes would do to whom, and write them as a plan that `rollcall apply` carries out. It reads how things stand now, each " +
        "group once and all people at once, and changes nothing. What would be refused is named as blocked, and is no part of the plan.",
      connectorFields: connectorOptions(modules),
      fields: [...viewFields, ...leaseFields, ...pickAppFields("audit-file"), ...limitFields],
      formats: ["table", "json", "markdown"],
      own: {
        grants: optionalPath("grants", "A list of what to grant, as `rollcall grant --from` takes it."),
        revocations: optionalPath("revocations", "A list of what to revoke, as `rollcall revoke --from` takes it."),
        action: optionalText(
          "action",
          undefined,
          "name",
          "An action to run for those of --accounts, such as disable_user.",
        ),
        accounts: optionalPath("accounts", "A list of accounts, as `rollcall actions run --from` takes it."),
        desired: optionalPath("desired", "A file of who is to hold what (YAML), as --init writes it."),
        review: optionalPath("review", "The folder of an access review that is closed: what it decided to remove."),
        restore: optionalText(
          "restore",
          undefined,
          "sync",
          "Add what was lost since a sync, and remove nothing: its id or the beginning of it, latest, previous, or a date.",
        ),
        refresh: optionalPath("refresh", "A plan to make again by how things stand now."),
        init: Flag.Boolean("init").pipe(
          Flag.withDescription("Write a desired state from the sync in --file, to --out or the standard output."),
          Flag.withDefault(false),
        ),
        entitlement: filterFlags.entitlement,
        resource: filterFlags.resource,
        out: optionalPath("out", "The file to write the plan to."),
        force: forceFlag,
        reason: reasonFlag,
        ticket: optionalText(
          "ticket",
          undefined,
          "text",
          "The ticket that it belongs to; it is written to the audit log.",
        ),
        evenMyself: evenMyselfFlag,
        key: optionalPath("key", "Your private key (ed25519, PEM), to sign the plan that --out writes as its author."),
        exitCode: Flag.Boolean("exit-code").pipe(
          Flag.withDescription("End with 2 where there is something to do."),
          Flag.withDefault(false),
        ),
      },
      examples: [
        { command: "rollcall plan --grants joiners.csv --revocations leavers.csv --out plan.json" },
        {
          command: "rollcall plan --action disable_user --accounts leavers.csv --out plan.json",
          description: "Disable accounts",
        },
        { command: "rollcall plan --init --out access.yaml", description: "Who holds what now, to be edited" },
        { command: "rollcall plan --desired access.yaml --out plan.json", description: "What it takes to make it so" },
        {
          command: "rollcall plan --review q4 --out plan.json",
          description: "What an access review decided to remove",
        },
        { command: "rollcall plan --refresh plan.json --out plan.json --force", description: "Make a plan again" },
      ],
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, format, quiet, own }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { askedOfPlan } = yield* Effect.promise(() => import("../plan/planSources.ts"))
      const { planAndPrint, recordsOf } = yield* Effect.promise(() => import("../plan/planning.ts"))
      const { readPlan } = yield* Effect.promise(() => import("../approval/approval.ts"))
      const rules = changeRules(config)
      const auditFile = settings["audit-file"] ?? auditFileBeside(settings.file)
      if (own.init) {
        const { writeDesired } = yield* Effect.promise(() => import("../plan/writeDesired.ts"))
        if (
          [
            own.grants,
            own.revocations,
            own.action,
            own.accounts,
            own.desired,
            own.review,
            own.restore,
            own.refresh,
          ].some(isGiven)
        ) {
          return yield* initAlone
        }
        return yield* writeDesired({ ...own, settings, modules, quiet, records: recordsOf({ rules, auditFile }) })
      }
      if (!isGiven(own.restore) && (isGiven(own.entitlement) || isGiven(own.resource))) return yield* onlyForInit
      const { refresh, grants, revocations, accounts, desired, restore } = own
      const lists = [grants, revocations, own.action, accounts, desired, own.review, restore]
      const isAsked = lists.some(isGiven)
      if (isAsked === (refresh !== undefined)) return yield* isAsked ? refreshAlone : nothingAsked
      const earlier = refresh === undefined ? undefined : (yield* readPlan(refresh)).plan
      const module = yield* selectModule(modules, connectorSettings)
      const { rememberReads } = yield* Effect.promise(() => import("@rollcall/plan"))
      const connector = rememberReads((yield* openModule(module, connectorSettings)).connector)
      const asked =
        earlier === undefined
          ? yield* askedOfPlan(own, { connector, modules, file: settings.file })
          : {
              desiredChanges: earlier.desiredChanges,
              desired: undefined,
              reason: earlier.reason,
              notes: earlier.notes,
              files: [],
              unchangeable: [],
            }
      const lost =
        restore === undefined
          ? { desiredChanges: [], notes: [] }
          : yield* Effect.flatMap(
              Effect.promise(() => import("../plan/restoring.ts")),
              ({ toRestore }) => toRestore(connector, { ...own, settings, modules, sync: restore }),
            )
      yield* planAndPrint(connector, {
        ...own,
        ...asked,
        desiredChanges: [...asked.desiredChanges, ...lost.desiredChanges],
        notes: [
          ...(asked.notes ?? []),
          ...lost.notes,
          ...(asked.unchangeable ?? []).map(
            ({ id }) =>
              `${id} cannot be changed by Rollcall, and is no part of the plan; \`rollcall drift\` compares it`,
          ),
        ],
        reason: own.reason ?? asked.reason,
        ticket: own.ticket ?? earlier?.ticket,
        rules,
        auditFile,
        format,
        quiet,
        sources: [settings.file, grants, revocations, accounts, desired, ...(asked.files ?? [])].filter(
          (it) => it !== undefined,
        ),
      })
    }, Effect.scoped),
  )

const isGiven = (text: string | undefined): boolean => text !== undefined

const initAlone = new UsageError({
  message: "--init writes a desired state from a sync, and takes no lists.",
  hint: "Leave one of the two out.",
})

const onlyForInit = new UsageError({
  message: "--entitlement and --resource choose what --init writes and --restore adds.",
  hint: "Leave them out, or add one of the two.",
})

const refreshAlone = new UsageError({
  message: "--refresh makes a plan again, and takes no further lists.",
  hint: "Leave one of the two out.",
})

const nothingAsked = new UsageError({
  message: "Nothing is named to plan.",
  hint: "Give --grants, --revocations, --desired, or --action with --accounts, each with a file; --review with a folder; --restore with a sync; or --refresh with a plan.",
})
