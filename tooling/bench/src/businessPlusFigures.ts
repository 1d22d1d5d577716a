// How many calls a full Business+ sync and a quick one take, and how long they wait at Slack's published limits.
import { memoryOutput, runSync } from "@rollcall/connector"
import { slackBusinessPlus } from "@rollcall/slack-business-plus"
import { Effect } from "effect"
import type { Figure } from "./Figure.ts"
import { callFigures, mostBusinessPlusCalls, quickFigures } from "./slackBounds.ts"
import { onVirtualBusinessPlus } from "./virtualBusinessPlus.ts"

/** A workspace's size. SCIM lists at most the people whom `users.list` shows. */
export interface BusinessPlusSize {
  readonly users: number
  readonly userGroups: number
  readonly idpGroups: number
}

/** The figures of one workspace. */
export const businessPlusFigures = async (options: BusinessPlusSize): Promise<ReadonlyArray<Figure>> => {
  const measure = (quick: boolean) =>
    onVirtualBusinessPlus(
      { ...options, scimOnlyUsers: 0 },
      Effect.provide(runSync(slackBusinessPlus(), { quick }), memoryOutput().layer),
    )
  const measured = await measure(false)
  const { users, idpGroups } = options
  const size = { users, name: `Business+, ${users.toLocaleString("en")} people` }
  return [
    ...callFigures(measured, size, {
      atMost: mostBusinessPlusCalls({ users, scimAccounts: users, groups: idpGroups }),
    }),
    ...quickFigures(await measure(true), size, idpGroups),
  ]
}
