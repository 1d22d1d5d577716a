// Slack Business+ with its clients: loaded when a host talks to Slack.
import type { Implementation } from "@rollcall/connector-module"
import { implement } from "@rollcall/connector-module"
import type { SlackAppSettings } from "@rollcall/slack-pro/module-parts"
import { inspectTokens, slackApp } from "@rollcall/slack-pro/module-parts"
import { Effect } from "effect"
import type { BusinessPlusSettings } from "../slackBusinessPlus.ts"
import { slackBusinessPlus, slackBusinessPlusOf } from "../slackBusinessPlus.ts"
import { businessPlusClients } from "./clients.ts"
import { diagnoseBusinessPlus } from "./diagnoseBusinessPlus.ts"

const parts = { connector: slackBusinessPlusOf, layer: businessPlusClients }

const { open } = implement(parts)

/** Slack Business+ as a host uses it. */
export const implementation: Implementation<BusinessPlusSettings, SlackAppSettings> = implement({
  ...parts,
  inspect: inspectTokens,
  diagnose: (settings, options) =>
    Effect.scoped(Effect.flatMap(open(settings, options), (it) => diagnoseBusinessPlus(settings, it, options))),
  manifest: (settings) => slackApp(slackBusinessPlus(), settings),
})
