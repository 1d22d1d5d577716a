// How long a thousand single grants wait at half of Slack's published SCIM limits, the share that Rollcall spends; and what it takes
// to plan ten thousand.
import { applyChanges, parseEntitlementId } from "@rollcall/connector"
import type { PlanError, DesiredChange } from "@rollcall/plan"
import { decodeDesiredState, makePlan, desiredChangesOf } from "@rollcall/plan"
import { slackBusinessPlus } from "@rollcall/slack-business-plus"
import { Effect } from "effect"
import type { Figure } from "./Figure.ts"
import { mostOfLeast } from "./slackBounds.ts"
import { onVirtualBusinessPlus } from "./virtualBusinessPlus.ts"

/** A plan of so many changes takes no longer than this, the simulated Slack in the same process included. */
const planned = 10_000
const mostPlanSeconds = 5

const groups = 50
const grantsPerGroup = 20
const grants = groups * grantsPerGroup

/** PATCH of a group, 180 a minute by https://docs.slack.dev/reference/scim-api/rate-limits, half of them spent. */
const patchesPerMinute = 90

const groupId = (group: number) => `S${group}`
const userId = (user: number) => `U${user}`

const workspaceOf = (users: number) => ({
  team: { id: "T1", name: "Acme" },
  users: Array.from({ length: users }, (_, user) => ({ id: userId(user), name: userId(user) })),
  scim: {
    users: Array.from({ length: users }, (_, user) => ({
      id: userId(user),
      userName: userId(user),
      active: true,
    })),
    groups: Array.from({ length: groups }, (_, group) => ({
      id: groupId(group),
      displayName: groupId(group),
      members: [],
    })),
  },
})

const changesOf = (count: number, perGroup: number) =>
  Array.from({ length: count }, (_, grant) => {
    const entitlement = parseEntitlementId(`group:${groupId(Math.floor(grant / perGroup))}:member`)
    if (entitlement === undefined) throw new Error("Not the id of an entitlement.")
    return { entitlement, principal: { resourceType: "user", resource: userId(grant % perGroup) } }
  })

/** Slack answers without members here, so that each group takes two reads. */
export const provisioningFigures = async (): Promise<ReadonlyArray<Figure>> => {
  const work = Effect.map(
    applyChanges(slackBusinessPlus(), { intent: "grant", changes: changesOf(grants, grantsPerGroup) }),
    ({ results }) => results.filter(({ outcome }) => outcome === "changed").length,
  )
  const { result, calls, seconds } = await onVirtualBusinessPlus(
    { workspace: workspaceOf(grantsPerGroup), groupPatchReply: 204 },
    work,
  )
  const name = `${grants.toLocaleString("en")} grants on ${groups} groups`
  return [
    { name: `not granted, ${name}`, measured: grants - result, atMost: 0, unit: "grants" },
    {
      name: `calls, ${name}`,
      measured: Object.values(calls).reduce((all, some) => all + some, 0),
      atMost: grants + 2 * groups + 2,
      unit: "calls",
    },
    {
      name: `time at half of SCIM's limits, ${name}`,
      measured: seconds,
      atMost: (((grants - 1) * 60) / patchesPerMinute) * mostOfLeast,
      unit: "s",
    },
    ...(await planFigures()),
  ]
}

const planFigures = async (): Promise<ReadonlyArray<Figure>> => {
  const list = changesOf(planned, plannedPerGroup).map((it): DesiredChange => ({
    _tag: "Change",
    intent: "grant",
    ...it,
  }))
  const named = (resource: string) => ({ resourceType: "user", resource })
  const desired = Effect.map(decodeDesiredState("access.yaml", desiredText()), ({ entitlements }) =>
    entitlements.flatMap((entry) => desiredChangesOf(entry, named)),
  )
  return [
    ...(await planFigure("from a list", Effect.succeed(list))),
    ...(await planFigure("from a desired state", desired)),
  ]
}

const plannedPerGroup = planned / groups

/** The desired state in which everybody is in each group. */
const desiredText = (): string => {
  const members = Array.from({ length: plannedPerGroup }, (_, user) => `      - ${userId(user)}`).join("\n")
  const entries = Array.from(
    { length: groups },
    (_, group) => `  - id: group:${groupId(group)}:member\n    mode: only\n    members:\n${members}`,
  )
  return `entitlements:\n${entries.join("\n")}\n`
}

const planFigure = async (
  from: string,
  asked: Effect.Effect<ReadonlyArray<DesiredChange>, PlanError>,
): Promise<ReadonlyArray<Figure>> => {
  const work = Effect.flatMap(asked, (desiredChanges) =>
    Effect.map(makePlan(slackBusinessPlus(), { desiredChanges }), ({ plan }) => plan.changes.length),
  )
  const before = process.cpuUsage()
  const { result } = await onVirtualBusinessPlus({ workspace: workspaceOf(plannedPerGroup) }, work)
  const { user, system } = process.cpuUsage(before)
  const name = `${planned.toLocaleString("en")} grants on ${groups} groups ${from}`
  return [
    { name: `not planned, ${name}`, measured: planned - result, atMost: 0, unit: "grants" },
    { name: `processor time of a plan, ${name}`, measured: (user + system) / 1e6, atMost: mostPlanSeconds, unit: "s" },
  ]
}
