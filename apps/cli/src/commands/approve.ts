// Approval of a plan by a second person.
import { pickAppFields } from "@rollcall/config"
import type { ModuleList } from "@rollcall/host"
import { Effect, Stream } from "effect"
import { Argument, Flag } from "effect/cli"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { yesFlag } from "./commonFlags.ts"

/** `rollcall approve` */
export const approveCommand = (modules: ModuleList) =>
  settingsCommand(
    "approve",
    {
      summary: "Approve somebody else's plan with your key.",
      description:
        "Approve somebody else's plan with your key. It shows what the plan will do, asks, and adds your signature to the file. The plan " +
        "must be signed by its author. Nothing is read from the system, and nothing is changed there.",
      fields: pickAppFields("approvers", "plan-max-age"),
      own: {
        plan: Argument.String("plan").pipe(Argument.withDescription("The plan, as `rollcall plan --out` wrote it.")),
        key: Flag.String("key").pipe(
          Flag.withMetavar("file"),
          Flag.withDescription("Your private key (ed25519, PEM), whose public half the list of approvers holds."),
        ),
        yes: yesFlag,
      },
      listing: false,
      examples: [{ command: "rollcall approve plan.json --key ~/.keys/rollcall.pem" }],
    },
    Effect.fnUntraced(function* ({ settings, own }) {
      const { intervalOf } = yield* Effect.promise(() => import("@rollcall/host/schedule"))
      const { approvePlan, encodePlanFile } = yield* Effect.promise(() => import("@rollcall/plan"))
      const { privateKeyIn } = yield* Effect.promise(() => import("@rollcall/review"))
      const { writeText } = yield* Effect.promise(() => import("@rollcall/access/output"))
      const { confirm } = yield* Effect.promise(() => import("../changes/carryOut.ts"))
      const { namedApprovers, readPlan } = yield* Effect.promise(() => import("../approval/approval.ts"))
      const { planLines } = yield* Effect.promise(() => import("../plan/planText.ts"))
      const { errLines, Screen } = yield* Effect.promise(() => import("../Screen.ts"))
      const file = yield* readPlan(own.plan)
      const module = modules.all.find(({ id }) => id === file.plan.connector)
      const about = module === undefined ? undefined : (yield* Effect.promise(module.load)).about
      const approvers = yield* namedApprovers({ approvers: settings.approvers, required: false }, about)
      const key = yield* privateKeyIn(own.key)
      const approved = yield* approvePlan(approvers, file, key, {
        maxAge: intervalOf(settings["plan-max-age"]) ?? 0,
        path: own.plan,
      })
      yield* errLines(planLines(file.plan))
      const { ask } = yield* Screen
      if (!own.yes) {
        if (ask === undefined) return yield* errLines(["Nothing was signed. Run again with --yes to approve it."])
        yield* confirm(ask)
      }
      yield* writeText(own.plan, { force: true, sources: [own.key] }, Stream.make(encodePlanFile(approved)))
      const names = approved.signatures.map(({ role, name }) => `${name} (${role})`).join(", ")
      yield* errLines([`${own.plan} is signed by ${names}.`])
    }, Effect.scoped),
  )
