// What the steps of an access review share: how each becomes a command, and the flags that several have.
import type { Settings } from "@rollcall/config"
import { pickAppFields } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { Effect } from "effect"
import type { Command } from "effect/cli"
import { Flag } from "effect/cli"
import type * as Steps from "../../review/steps.ts"
import { leaseFields } from "../../settings/commandFields.ts"
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

/** How files are read that are packed. */
export const unpackingFields = pickAppFields("c1z-temp-dir", "decoder-max-decoded-size-mb")

/** Where the audit log of the removals is: beside the file, unless it is named. */
export const auditFields = pickAppFields("file", "audit-file")

/** The settings of the steps that read a sync, and earlier ones. */
export const syncFields = [...pickAppFields("file", "archive"), ...unpackingFields] as const

/** The settings of the step that begins a campaign, which knows which access ends. */
export const startFields = [...syncFields, ...leaseFields] as const

/** The settings of the step that reads a sync and the audit log. */
export const verifyFields = [...auditFields, ...unpackingFields] as const

/** Makes the command of one step; `run` is given the steps, which are loaded when it is called. */
export const step = <
  const Name extends string,
  const Own extends Command.Command.Config,
  E,
  R,
  const Fields extends ReadonlyArray<ConfigField>,
>(
  name: Name,
  summary: string,
  fields: Fields,
  own: Own,
  examples: ReadonlyArray<Command.Command.Example>,
  run: (
    steps: typeof Steps,
    own: Command.Command.Config.InferValue<Own>,
    context: { readonly settings: Settings<Fields>; readonly format: Steps.StepContext["format"] },
  ) => Effect.Effect<void, E, R>,
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
