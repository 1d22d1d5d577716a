// Sets the command up for a workspace: asks, tests, and writes settings and tokens where only this user can read them.
import type { ModuleList } from "@rollcall/host"
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { plansOf, settableFields } from "../init/plans.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorField } from "./commonFlags.ts"

/** `rollcall init` */
export const initCommand = (modules: ModuleList) =>
  settingsCommand(
    "init",
    {
      summary: "Set up a workspace: ask for its plan and tokens, test them, and keep them for every folder.",
      description:
        "Set up a workspace: ask for its plan and tokens, test them as `rollcall doctor` does, and keep the settings in the user's folder " +
        "and each token in a file of its own there, which only this user can read. Without a terminal the plan and the files of the tokens " +
        "are flags, or the tokens are variables. With --profile it adds a connection to connections.yaml in that folder.",
      connectorFields: [...connectorField, ...settableFields(modules)],
      fields: [],
      listing: false,
      withoutFiles: true,
      asksForSecrets: true,
      own: {
        plan: Flag.Literals(
          "plan",
          plansOf(modules).map(({ plan }) => plan),
        ).pipe(
          Flag.withDescription("The plan of the workspace; asked for where it is left out."),
          Flag.optional,
          Flag.map(Option.getOrUndefined),
        ),
        here: Flag.Boolean("here").pipe(
          Flag.withDescription(
            "Write the settings to .baton.yaml in this folder, for this folder alone; tokens never lie here.",
          ),
          Flag.withDefault(false),
        ),
        force: Flag.Boolean("force").pipe(
          Flag.withDescription("Replace settings and tokens that are there already."),
          Flag.withDefault(false),
        ),
      },
      examples: [
        { command: "rollcall init", description: "Ask for what is needed" },
        {
          command: "rollcall init --profile sales",
          description: "A further workspace, for `rollcall sync --profile sales`",
        },
        { command: "rollcall init --plan pro --token-file token.txt", description: "Without a question, for scripts" },
      ],
    },
    Effect.fnUntraced(function* ({ config, own, profile }) {
      const { runInit } = yield* Effect.promise(() => import("../init/runInit.ts"))
      yield* runInit(modules, { ...own, profile, config })
    }, Effect.scoped),
  )
