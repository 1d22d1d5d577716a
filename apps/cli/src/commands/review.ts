// An access review, step by step. A folder is a campaign; each step is a command that reads it, and loads what it needs.
import { pickAppFields } from "@rollcall/config"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import type * as Steps from "../review/steps.ts"
import { optionalPath, optionalText, wholeNumber } from "./commonFlags.ts"

const campaign = Flag.Directory("campaign").pipe(
  Flag.withDescription("The folder of the campaign (default: the current folder)"),
  Flag.withDefault("."),
)

const exitCode = Flag.Boolean("exit-code").pipe(
  Flag.withDescription("End with 2 while something is open."),
  Flag.withDefault(false),
)

const force = Flag.Boolean("force").pipe(Flag.withDescription("Replace a file that is there."), Flag.withDefault(false))

const reason = optionalText("reason", undefined, "text", "Why; it goes into the campaign's log.")
const items = optionalText("items", undefined, "numbers", "The items, such as 3,7-12.")
const several = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.atLeast(0))

/** The settings of the steps that look at the audit log of the removals. */
const auditedFields = [...viewFields, ...pickAppFields("audit-file")]

/** Makes the command of one step; `run` is given the steps, which are loaded when it is called. */
const step = <const Name extends string, const Own extends Command.Command.Config, E, R>(
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
      Effect.promise(() => import("../review/steps.ts")).pipe(
        Effect.flatMap((steps) => run(steps, given.own, { settings, format })),
        Effect.scoped,
      ),
  )

const start = step(
  "start",
  "Freeze a file and make a campaign of it.",
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

const tables = step(
  "tables",
  "Write a workbook and a page for each reviewer, of which they fill in one and send it back.",
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

const importStep = step(
  "import",
  "Take the files that reviewers sent back: all of them or none.",
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

const status = step(
  "status",
  "Show how far each reviewer has come.",
  { campaign, exitCode },
  [{ command: "rollcall review status --campaign q4 --exit-code" }],
  (steps, own, context) => steps.status(own, context),
)

const assign = step(
  "assign",
  "Give items to another reviewer.",
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

const extend = step(
  "extend",
  "Give the campaign more time, or some removals once it has closed.",
  { campaign, items, due: optionalText("due", undefined, "date", "The new date."), reason },
  [{ command: "rollcall review extend --campaign q4 --due 2027-01-15 --reason holidays" }],
  (steps, own, context) => steps.extend(own, context),
)

const remind = step(
  "remind",
  "Print a text for each reviewer who has open items, and record that; nothing is sent.",
  { campaign, reason },
  [{ command: "rollcall review remind --campaign q4 --reason 'a week left'" }],
  (steps, own, context) => steps.remind(own, context),
)

const close = step(
  "close",
  "Make the answers final, and write the lists of what is to be removed.",
  {
    campaign,
    openItems: Flag.Literals("open-items", ["refuse", "exception", "remove"]).pipe(
      Flag.withDescription("What becomes of items without a decision (default: refuse)"),
      Flag.withDefault("refuse"),
    ),
    reason,
    removeBy: optionalText(
      "remove-by",
      undefined,
      "date",
      "Until when removals are to be done (default: when the campaign is due)",
    ),
  },
  [{ command: "rollcall review close --campaign q4 --file sync.c1z", description: "with a sync made after the start" }],
  (steps, own, context) => steps.close(own, context),
)

const remediate = step(
  "remediate",
  "Record what was done by hand, or why something stays.",
  {
    campaign,
    items,
    accept: Flag.Boolean("accept").pipe(
      Flag.withDescription("It stays as it is, for the reason given."),
      Flag.withDefault(false),
    ),
    reason,
  },
  [{ command: "rollcall review remediate --campaign q4 --items 4 --reason 'made a member, ticket 812'" }],
  (steps, own, context) => steps.remediate(own, context),
)

const verify = step(
  "verify",
  "Look in a newer sync whether what was to be removed is gone.",
  {
    campaign,
    exitCode,
  },
  [{ command: "rollcall review verify --campaign q4 --file sync.c1z" }],
  (steps, own, context) => steps.verify(own, context),
  auditedFields,
)

const signOff = step(
  "sign-off",
  "Take responsibility for a campaign of which every removal is verified.",
  {
    campaign,
    as: optionalText("as", undefined, "name", "Who signs off: somebody who decided nothing."),
    role: optionalText("role", undefined, "text", "In which role."),
    key: optionalPath("key", "Their private key (ed25519, PEM), so that others can check it."),
  },
  [{ command: "rollcall review sign-off --campaign q4 --as 'Carol Smith' --role 'Head of audit'" }],
  (steps, own, context) => steps.signOff(own, context),
)

const evidence = step(
  "evidence",
  "Pack all of the campaign into one archive for an auditor.",
  {
    campaign,
    out: optionalPath("out", "The archive to write, such as evidence.zip."),
    key: optionalPath("key", "A private key (ed25519, PEM) to sign it with."),
    force,
  },
  [{ command: "rollcall review evidence --campaign q4 --out evidence.zip --key review.key" }],
  (steps, own, context) => steps.evidence(own, context),
  auditedFields,
)

const check = step(
  "check",
  "Compute everything in an archive of evidence again, on any machine.",
  {
    archive: Argument.Path("archive", { pathType: "file" }).pipe(Argument.withDescription("The archive.")),
    publicKey: optionalPath("public-key", "The public key (PEM) of whoever signed it, from outside the archive."),
  },
  [{ command: "rollcall review check evidence.zip --public-key review.pub" }],
  (steps, own, context) => steps.check(own, context),
)

/** `rollcall review …` */
export const reviewCommand = Command.make("review").pipe(
  Command.withDescription(
    "Run an access review of a file, from the freeze to evidence. A folder is a campaign; nothing needs a server.",
  ),
  Command.withSubcommands([
    start,
    tables,
    importStep,
    status,
    assign,
    extend,
    remind,
    close,
    remediate,
    verify,
    signOff,
    evidence,
    check,
  ]),
)
