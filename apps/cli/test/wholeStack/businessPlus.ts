// A simulated Business+ workspace, the command that changes it, and a look at what really became of it.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import type { AuditEntry } from "@rollcall/connector"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import type { RunOptions } from "./command.ts"
import { rollcall, startRollcall, world } from "./command.ts"

/** The workspace, and commands that are run on it. */
export const businessPlusWorld = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const { slack, file, environment } = yield* world({
    plan: "business-plus",
    users: 60,
    idpGroups: 6,
    activeDelayMillis: 0,
    ...options,
  })
  const whole = {
    ...environment,
    BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
    BATON_SCIM_BASE_URL: slack.scimUrl,
    BATON_OUTPUT_FORMAT: "ndjson",
  }
  const withEnvironment = (more: RunOptions) => ({ ...more, environment: { ...whole, ...more.environment } })
  const run = (args: ReadonlyArray<string>, more: RunOptions = {}) => rollcall(args, withEnvironment(more))
  const start = (args: ReadonlyArray<string>, more: RunOptions = {}) => startRollcall(args, withEnvironment(more))

  const state = () => [...slack.state()].map((entry) => entry)
  const groups = () => state().flatMap((entry) => ("group" in entry ? [entry] : []))
  const membersOf = (group: string) => groups().find((entry) => entry.group === group)?.members ?? []
  const active = new Set(state().flatMap((entry) => ("account" in entry && entry.active ? [entry.account] : [])))
  const holdsMember = /^workspaceRole:[^:]+:member:assigned:user:(?<user>.+)$/u
  /** Full members, whom a group takes. */
  const people = [...slack.expected()]
    .flatMap(({ id }) => holdsMember.exec(id)?.groups?.["user"] ?? [])
    .filter((user) => active.has(user))
  /** People who are not in the group yet. */
  const outside = (group: string, count: number) =>
    people.filter((user) => !membersOf(group).includes(user)).slice(0, count)

  const auditFile = `${file}.audit.ndjson`
  const audit = (): ReadonlyArray<AuditEntry> =>
    existsSync(auditFile)
      ? readFileSync(auditFile, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line))
      : []
  const list = (lines: ReadonlyArray<string>) => {
    const path = `${file}.csv`
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""))
    return path
  }
  return { slack, file, environment: whole, run, start, groups, membersOf, people, outside, auditFile, audit, list }
})

/** The outcomes of a run with `-o ndjson`. */
export const outcomesOf = (stdout: string): ReadonlyArray<string> =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).outcome)

/** The id of membership of a group. */
export const membership = (group: string): string => `group:${group}:member`
