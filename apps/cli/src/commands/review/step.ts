// What the steps of an access review share: how each becomes a command, and the flags that several have.
import { pickAppFields } from "@rollcall/config"
import { Effect } from "effect"
import type { Command } from "effect/cli"
import { Flag } from "effect/cli"
import type * as Steps from "../../review/steps.ts"
import { viewFields } from "../../settings/commandFields.ts"
import { settingsCommand } from "../../settings/settingsCommand.ts"
import { optionalText } from "../commonFlags.ts"

/** The folder of the campaign. */
export const campaign = Flag.Directory("campaign").pipe(
  Flag.withDescription("The folder of the campaign (default: the current folder)"),
  Flag.withDefault("."),
)

/** Whether the code tells that something is open. */
export const exitCode = Flag.Boolean("exit-code").pipe(
  Flag.withDescription("End with 2 while something is open."),
  Flag.withDefault(false),
)

/** Whether a file that is there is replaced. */
export const force = Flag.Boolean("force").pipe(
  Flag.withDescription("Replace a file that is there."),
  Flag.withDefault(false),
)

/** Why something is done. */
export const reason = optionalText("reason", undefined, "text", "Why; it goes into the campaign's log.")
/** Which items, by number. */
export const items = optionalText("items", undefined, "numbers", "The items, such as 3,7-12.")
/** A flag that can be given several times. */
export const several = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.atLeast(0))

/** The settings of the steps that look at the audit log of the removals. */
export const auditedFields = [...viewFields, ...pickAppFields("audit-file")]

/** Makes the command of one step; `run` is given the steps, which are loaded when it is called. */
export const step = <const Name extends string, const Own extends Command.Command.Config, E, R>(
  name: Name,
  summary: string,
  own: Own,
  examples: ReadonlyArray<Command.Command.Example>,
  run: (
    steps: typeof Steps,
    own: Command.Command.Config.InferValue<Own>,
    context: Steps.StepContext,
  ) => Effect.Effect<void, E, R>,
  fields: ReadonlyArray<(typeof auditedFields)[number]> = viewFields,
) =>
  settingsCommand(
    name,
    { summary, fields, own: { own }, formats: ["table", "json"], examples },
    ({ settings, format, own: given }) =>
      Effect.promise(() => import("../../review/steps.ts")).pipe(
        Effect.flatMap((steps) => run(steps, given.own, { settings, format })),
        Effect.scoped,
      ),
  )
