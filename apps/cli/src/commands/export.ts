// Writes a sync as tables for other programs. What reads and writes is loaded when it is needed.
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { pathFlag } from "@rollcall/host/command-line"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { optionalText, syncIdFlag } from "./commonFlags.ts"

/** `rollcall export` */
export const exportCommand = settingsCommand(
  "export",
  {
    summary: "Write a sync as tables: CSV, xlsx, SQLite or NDJSON.",
    description:
      "Write a sync as tables: one for each resource type, memberships, entitlements, coverage, sync and columns. " +
      "CSV and NDJSON make a folder with a file for each table, xlsx and SQLite one file. What is not known is called unknown.",
    fields: viewFields,
    listing: false,
    own: {
      syncId: syncIdFlag,
      privileged: optionalText(
        "privileged",
        undefined,
        "pattern",
        "Further entitlements that make an account privileged, by id: * is any text.",
      ),
      format: Flag.Literals("format", ["csv", "xlsx", "sqlite", "ndjson"]).pipe(
        Flag.withDescription("The form of the export."),
      ),
      out: pathFlag("out").pipe(
        Flag.withDescription("The file to write, or the folder for CSV and NDJSON."),
        Flag.filter(
          (text) => text !== "",
          () => "a path that is not empty",
        ),
      ),
      force: Flag.Boolean("force").pipe(
        Flag.withDescription("Replace an export that is there already."),
        Flag.withDefault(false),
      ),
    },
    examples: [
      { command: "rollcall export --format xlsx --out access.xlsx", description: "A workbook for a reviewer" },
      { command: "rollcall export --format sqlite --out access.db --force" },
      { command: "rollcall export --format csv --out access" },
    ],
  },
  Effect.fnUntraced(function* ({ settings, quiet, own }) {
    const { writeExport } = yield* Effect.promise(() => import("../views/writeExport.ts"))
    yield* writeExport({ settings, quiet, ...own })
  }),
)
