// How many calls a full Business+ sync takes, and how long it waits at Slack's published limits.
import { memoryOutput, runSync } from "@rollcall/connector"
import { largePage } from "@rollcall/slack-api"
import { slackBusinessPlus } from "@rollcall/slack-business-plus"
import { Effect } from "effect"
import type { Figure } from "./Figure.ts"
import { leastSeconds, mostOfLeast } from "./slackBounds.ts"
import { onVirtualBusinessPlus } from "./virtualBusinessPlus.ts"

/** A workspace's size, and the most calls that a sync of it may take. */
export interface BusinessPlusBounds {
  readonly users: number
  readonly userGroups: number
  readonly idpGroups: number
  readonly mostCalls: number
}

/** The figures of one workspace. */
export const businessPlusFigures = async ({
  mostCalls,
  ...options
}: BusinessPlusBounds): Promise<ReadonlyArray<Figure>> => {
  const sync = Effect.provide(runSync(slackBusinessPlus()), memoryOutput().layer)
  const { calls, seconds } = await onVirtualBusinessPlus({ ...options, scimOnlyUsers: 0 }, sync)
  const people = `Business+, ${options.users.toLocaleString("en")} people`
  return [
    {
      name: `calls, ${people}`,
      measured: Object.values(calls).reduce((all, some) => all + some, 0),
      atMost: mostCalls,
      unit: "calls",
    },
    {
      name: `time at published limits, ${people}`,
      measured: seconds,
      atMost: leastSeconds(options.users, largePage) * mostOfLeast,
      unit: "s",
    },
  ]
}
