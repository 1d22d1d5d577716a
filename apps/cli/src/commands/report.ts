// One sync as a report: a page, Markdown or JSON. What reads and draws is loaded when it is needed.
import { Effect } from "effect"
import { leaseFields, viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { forceFlag, optionalPath, optionalText, privilegedFlag, syncIdFlag } from "./commonFlags.ts"

/** `rollcall report` */
export const reportCommand = settingsCommand(
  "report",
  {
    summary: "Write a report of a sync: an HTML page, Markdown or JSON.",
    description:
      "Write a report of a sync: counts, owners and admins, guests, bots, disabled accounts that still hold something, invitations, the " +
      "largest groups, access that ends, what changed since an earlier sync, and what could not be seen and why. The page is one file, which asks for " +
      "nothing from anywhere. What is not known is called unknown.",
    fields: [...viewFields, ...leaseFields],
    formats: ["html", "markdown", "json"],
    own: {
      syncId: syncIdFlag,
      since: optionalText(
        "since",
        undefined,
        "sync",
        "The earlier sync: its id or the beginning of it, a date, a file, or FILE@SYNC; the one before when unset.",
      ),
      privileged: privilegedFlag,
      out: optionalPath("out", "The file to write; a page goes to a file alone."),
      force: forceFlag,
    },
    examples: [
      { command: "rollcall report --out report.html", description: "A page to open in a browser, or to attach" },
      {
        command: "rollcall report --since 2026-07-01 --out quarter.html",
        description: "With what changed over a quarter",
      },
      { command: "rollcall report -o markdown", description: "For a ticket" },
    ],
  },
  Effect.fnUntraced(function* ({ settings, format, quiet, own }) {
    const { writeReport } = yield* Effect.promise(() => import("../views/report.ts"))
    yield* writeReport({ settings, format, quiet, ...own })
  }),
)
