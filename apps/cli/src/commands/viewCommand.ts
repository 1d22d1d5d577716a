// A command that reads a file and shows records of one of its syncs. What shows them is loaded when it is needed.
import type { Command } from "effect/cli"
import { Effect } from "effect"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import type * as Views from "../views/showRecords.ts"
import { syncIdFlag } from "./viewFlags.ts"

/** Makes a command of the name; `show` is given the views, what to read and how, and the command's own flags. */
export const viewCommand = <const Name extends string, const Own extends Command.Command.Config, E, R>(
  name: Name,
  options: { readonly summary: string; readonly own: Own; readonly examples?: ReadonlyArray<Command.Command.Example> },
  show: (
    views: typeof Views,
    request: Views.ViewRequest,
    own: Command.Command.Config.InferValue<Own>,
  ) => Effect.Effect<void, E, R>,
) =>
  settingsCommand(
    name,
    { ...options, fields: viewFields, own: { syncId: syncIdFlag, own: options.own } },
    ({ settings, format, own }) =>
      Effect.promise(() => import("../views/showRecords.ts")).pipe(
        Effect.flatMap((views) => show(views, { settings, format, syncId: own.syncId }, own.own)),
        Effect.scoped,
      ),
  )
