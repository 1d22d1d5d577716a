// A simulated Slack on this machine: to try Rollcall, or anything else that talks to Slack, without a workspace.
import type { RunningSimulator } from "@rollcall/slack-simulator"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { Screen } from "../Screen.ts"
import { pathFlag } from "@rollcall/host/command-line"
import { SignalMeaning } from "../SignalMeaning.ts"
import { wholeNumber } from "./commonFlags.ts"

/** `rollcall simulate` */
export const simulateCommand = Command.make(
  "simulate",
  {
    plan: Flag.Literals("plan", ["pro", "business-plus"]).pipe(
      Flag.withDescription("The plan of the workspace."),
      Flag.withDefault("pro"),
    ),
    users: wholeNumber(
      "users",
      // The tokens belong to one of them.
      { from: 1, to: 1_000_000, fallback: 100 },
      "How many people and bots, up to a million.",
    ),
    userGroups: wholeNumber("user-groups", { to: 10_000, fallback: 10 }, "How many user groups."),
    idpGroups: wholeNumber(
      "idp-groups",
      { to: 10_000, fallback: 0 },
      "How many IdP groups, which are visible only through SCIM.",
    ),
    seed: wholeNumber("seed", { to: 0xff_ff_ff_ff, fallback: 1 }, "The same seed gives the same workspace."),
    port: wholeNumber("port", { to: 65_535, fallback: 0 }, "The port on 127.0.0.1; 0 takes a free one."),
    rateLimits: Flag.Literals("rate-limits", ["published", "off"]).pipe(
      Flag.withDescription("Slack's published limits, or none."),
      Flag.withDefault("published"),
    ),
    gov: Flag.Boolean("gov").pipe(
      Flag.withDescription("Behave as GovSlack: tokens of a whole organisation, only SCIM v1."),
      Flag.withDefault(false),
    ),
    workspace: pathFlag("workspace").pipe(
      Flag.withDescription("Serve the workspace in this JSON file, with its objects unchanged."),
      Flag.optional,
    ),
  },
  Effect.fnUntraced(function* ({ workspace, ...options }) {
    const screen = yield* Screen
    const { readWorkspaceFile, readyLine, startSimulator } = yield* Effect.promise(
      () => import("@rollcall/slack-simulator"),
    )
    const file = Option.isSome(workspace) ? { workspace: yield* readWorkspaceFile(workspace.value) } : {}
    const simulator = yield* startSimulator({ ...options, ...file })
    const meaning = yield* SignalMeaning
    meaning.endsWell = true
    yield* screen.out(`${readyLine(simulator)}\n`)
    // Its tokens are fake, so they may be shown.
    yield* screen.err(["In another terminal:", ...exportsFor(simulator, options), ""].join("\n"))
    return yield* Effect.never
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Run a simulated Slack on this machine until it is stopped. When it is ready it prints one line of JSON: " +
      "webApiUrl, scimUrl, botToken, userToken, plan. The standard error has the variables that make the other commands use it.",
  ),
  Command.withShortDescription("Run a simulated Slack on this machine."),
  Command.withExamples([{ command: "rollcall simulate --users 5000 --port 8075" }]),
)

/** What a shell is told so that every command there talks to the simulator. */
const exportsFor = (
  { botToken, userToken, webApiUrl, scimUrl, plan }: RunningSimulator,
  { gov, rateLimits }: { readonly gov: boolean; readonly rateLimits: "published" | "off" },
): ReadonlyArray<string> => {
  const scim = {
    BATON_BUSINESS_PLUS_TOKEN: userToken,
    BATON_SCIM_BASE_URL: scimUrl,
    ...(gov ? { BATON_GOV_ENV: "true" } : {}),
  }
  const variables = {
    BATON_TOKEN: botToken,
    BATON_BASE_URL: webApiUrl,
    ...(plan === "business-plus" ? scim : {}),
    ...(rateLimits === "off" ? { BATON_RATE_LIMITS: "off" } : {}),
  }
  return Object.entries(variables).map(([name, value]) => `export ${name}=${value}`)
}
