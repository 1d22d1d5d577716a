// The steps that begin a campaign and collect its answers.
import { Argument, Flag } from "effect/cli"
import { optionalPath, optionalText, wholeNumber } from "../commonFlags.ts"
import { campaign, exitCode, items, reason, several, startFields, step } from "./step.ts"

export const start = step(
  "start",
  "Freeze a file and make a campaign of it.",
  startFields,
  {
    campaign,
    name: optionalText("name", undefined, "text", "What the campaign is called, such as 2026-Q4."),
    scopes: several(
      "scope",
      "scope",
      "What is reviewed: all, admins, guests, bots, disabled, group:NAME, role:NAME or entitlement:ID; can be given several times.",
    ),
    reviewers: optionalPath(
      "reviewers",
      "CSV of who reviews what: scope,reviewer,name,role; the first line that fits counts.",
    ),
    fallback: optionalText("fallback", undefined, "e-mail", "Who reviews what no line fits."),
    by: Flag.Literals("reviewer-by", ["scope", "manager"]).pipe(
      Flag.withDescription("manager: the manager of an account reviews it, where the system names one."),
      Flag.withDefault("scope"),
    ),
    due: optionalText("due", undefined, "date", "Until when answers are due, such as 2026-12-31."),
    maxAge: wholeNumber("max-age", { from: 1, to: 3650, fallback: 7 }, "How many days old the sync may be."),
    acceptGap: optionalText(
      "accept-gap",
      undefined,
      "reason",
      "Why the review goes without what the sync could not see.",
    ),
    privileged: several(
      "privileged",
      "pattern",
      "Further entitlements that make an admin, such as app:*:admin; can be given several times.",
    ),
    previous: optionalPath("previous", "The folder of the campaign before, for what is new and what was decided."),
  },
  [
    {
      command:
        "rollcall review start --campaign q4 --name 2026-Q4 --scope admins --scope guests --reviewers reviewers.csv --due 2026-12-31",
    },
  ],
  (steps, own, context) => steps.start(own, context),
)

export const tables = step(
  "tables",
  "Write a workbook and a page for each reviewer, of which they fill in one and send it back.",
  [],
  {
    campaign,
    reviewer: several("reviewer", "e-mail", "Only for this reviewer; can be given several times."),
    format: Flag.Literals("format", ["xlsx", "csv", "html"]).pipe(
      Flag.withDescription(
        "Only a workbook with lists to choose from, plain CSV, or a page for a browser (default: a workbook and a page)",
      ),
      Flag.optional,
    ),
  },
  [
    {
      command: "rollcall review tables --campaign q4",
      description: "q4/sheets has a workbook and a page for each reviewer",
    },
    { command: "rollcall review tables --campaign q4 --format html" },
  ],
  (steps, own, context) => steps.tables(own, context),
)

export const importStep = step(
  "import",
  "Take the files that reviewers sent back: all of them or none.",
  [],
  {
    campaign,
    files: Argument.Path("file", { pathType: "file" }).pipe(
      Argument.withDescription("Workbooks (xlsx), CSV, or files that a reviewer's page saved."),
      Argument.atLeast(1),
    ),
    receivedFrom: optionalText("received-from", undefined, "text", "How they came, such as a mail and its date."),
    signature: optionalPath("signature", "The reviewer's ed25519 signature of the one file."),
    publicKey: optionalPath("public-key", "The public key (PEM) that you know to be the reviewer's."),
  },
  [{ command: "rollcall review import --campaign q4 ada.csv bob.csv --received-from 'mail of 3 December'" }],
  (steps, own, context) => steps.importTables(own, context),
)

export const status = step(
  "status",
  "Show how far each reviewer has come.",
  [],
  { campaign, exitCode },
  [{ command: "rollcall review status --campaign q4 --exit-code" }],
  (steps, own, context) => steps.status(own, context),
)

export const assign = step(
  "assign",
  "Give items to another reviewer.",
  [],
  {
    campaign,
    items,
    to: optionalText("to", undefined, "e-mail", "Who reviews them now."),
    name: optionalText("name", undefined, "text", "What the reviewer is called."),
    role: optionalText("role", undefined, "text", "In which role."),
    reason,
  },
  [{ command: "rollcall review assign --campaign q4 --items 3,7-12 --to eve@example.com --reason 'Bob is away'" }],
  (steps, own, context) => steps.assign(own, context),
)

export const extend = step(
  "extend",
  "Give the campaign more time, or some removals once it has closed.",
  [],
  { campaign, items, due: optionalText("due", undefined, "date", "The new date."), reason },
  [{ command: "rollcall review extend --campaign q4 --due 2027-01-15 --reason holidays" }],
  (steps, own, context) => steps.extend(own, context),
)

export const remind = step(
  "remind",
  "Print a text for each reviewer who has open items, and record that; nothing is sent.",
  [],
  { campaign, reason },
  [{ command: "rollcall review remind --campaign q4 --reason 'a week left'" }],
  (steps, own, context) => steps.remind(own, context),
)
