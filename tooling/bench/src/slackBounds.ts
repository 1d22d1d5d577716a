// What the least number of calls and the least time for a full sync are, by Slack's published numbers, and how the calls of a
// simulated sync are counted against them.
import { largePage } from "@rollcall/slack-api"
import type { Figure } from "./Figure.ts"

/**
 * `auth.test`, `team.info`, the pages of `users.list` (Slackbot is a member too) and one `usergroups.list`. A last page that is
 * exactly full costs two more: it is asked for again with one less, and then the rest.
 */
export const fewestCalls = (users: number): number => 2 + Math.ceil((users + 1) / largePage) + 1 + exactlyFull(users)

/**
 * `auth.test` of both tokens, `team.info`, the pages of `users.list`, one `usergroups.list`, and the pages of SCIM, of which each
 * after the first begins with the last record of the page before: at most 1000 accounts, and 101 groups.
 */
export const mostBusinessPlusCalls = ({
  users,
  scimAccounts,
  groups,
}: {
  readonly users: number
  readonly scimAccounts: number
  readonly groups: number
}): number =>
  4 +
  Math.ceil((users + 1) / largePage) +
  exactlyFull(users) +
  Math.ceil((scimAccounts - 1) / 999) +
  Math.ceil((groups - 1) / 100)

const exactlyFull = (users: number): number => ((users + 1) % largePage === 0 ? 2 : 0)

/** Accounts that hold something and that no list shows are looked up by this method, at most so many, 100 a minute. */
const lookUp = "users.info"
const mostLookUps = 5
const secondsOfLookUp = 60 / 100

/** What a full sync took. */
export interface MeasuredSync {
  readonly calls: Readonly<Record<string, number>>
  readonly seconds: number
}

/**
 * The figures of a sync of so many people. The bound is on the calls that read lists; those that look up accounts which no list
 * shows are a figure of their own, as a simulated workspace has some such accounts and a healthy one need not have any.
 */
export const callFigures = (
  { calls, seconds }: MeasuredSync,
  { users, name }: { readonly users: number; readonly name: string },
  bound: Pick<Figure, "exactly" | "atMost">,
): ReadonlyArray<Figure> => {
  const { [lookUp]: lookUps = 0, ...lists } = calls
  const measured = Object.values(lists).reduce((all, some) => all + some, 0)
  const atMost = (leastSeconds(users) + lookUps * secondsOfLookUp) * mostOfLeast
  return [
    { name: `calls, ${name}`, measured, unit: "calls", ...bound },
    { name: `look-ups of unlisted accounts, ${name}`, measured: lookUps, unit: "calls", atMost: mostLookUps },
    { name: `time at published limits, ${name}`, measured: seconds, unit: "s", atMost },
  ]
}

/**
 * The figures of a quick sync: `auth.test` of both tokens and the two lists of SCIM, and no more time than their pages take at half of
 * SCIM's limits, of which nothing is waited for as long as the burst lasts.
 */
export const quickFigures = (
  { calls, seconds }: MeasuredSync,
  { users, name }: { readonly users: number; readonly name: string },
  groups: number,
): ReadonlyArray<Figure> => {
  const accountPages = Math.ceil((users - 1) / 999)
  const measured = Object.values(calls).reduce((all, some) => all + some, 0)
  const most = 2 + accountPages + Math.ceil((groups - 1) / 100)
  return [
    { name: `calls, quick, ${name}`, measured, unit: "calls", atMost: most },
    { name: `time at published limits, quick, ${name}`, measured: seconds, unit: "s", atMost: (most * 60) / 500 },
  ]
}

/** Seconds of pacing between the pages of `users.list`, the slowest method, at 20 calls a minute. */
const leastSeconds = (users: number): number => ((Math.ceil((users + 1) / largePage) - 1) * 60) / 20

/** Work may wait a fiftieth longer than the published limits make it wait. */
export const mostOfLeast = 1.02
