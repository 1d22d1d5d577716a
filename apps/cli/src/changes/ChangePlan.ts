// What a person asks of a run of changes, on the command line or on lines of a list; the plan that is made of it; and what
// the plan, and its run, amount to in words.
import type {
  AppliedChanges,
  AuditOrigin,
  Change,
  ChangeIntent,
  ChangeResult,
  FoundPrincipal,
  Newcomers,
  TrippedBrake,
} from "@rollcall/connector"
import { firstFew, formatResourceId } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import type { DesiredChange } from "@rollcall/plan"
import type { OutputFormat } from "../render/printListing.ts"
import type { Outcome, OutcomeWords } from "./outcomes.ts"
import { concernedIn, countsOf, namedPeople, personLines } from "./outcomes.ts"

/** A change in the words of the one who asks for it. A grant's id names entitlement and principal at once. */
export type AskedChange = { readonly where: Where; readonly reason?: string | undefined } & (
  | { readonly entitlement: string; readonly principal: string }
  | { readonly grant: string }
)

/** What was asked for. */
export interface Asked {
  readonly changes: ReadonlyArray<AskedChange>
  /** Where the list came from; absent where the flags name one change. */
  readonly list?: { readonly name: string; readonly isStandardInput: boolean }
}

/** A flag, or a line of the list. */
export type Where = { readonly flag: string } | { readonly line: number }

/** What is known of principals, by their ids as `user:U0123`. */
export type People = ReadonlyMap<string, FoundPrincipal>

/** What is to be carried out, and how. */
export interface ChangePlan {
  readonly intent: ChangeIntent
  readonly changes: ReadonlyArray<Change>
  /** What is known of the principals, by their ids as `user:U0123`. */
  readonly people: People
  /** Who asks for it and why, for the audit log. */
  readonly origin: AuditOrigin
  /** Whether it is one change that the flags name. */
  readonly single: boolean
  /** Carries it out without asking. */
  readonly yes: boolean
  /** Whether somebody at the terminal may be asked. */
  readonly mayAsk: boolean
  readonly rules: ChangeRules
  readonly auditFile: string
  readonly format: OutputFormat
  readonly quiet: boolean
}

/** What the outcomes of changes are called. */
export const changeWords: Readonly<Record<ChangeIntent, OutcomeWords>> = {
  grant: [
    ["changed", "granted"],
    ["wouldChange", "would be granted"],
    ["already", "held it already"],
    ["failed", "failed"],
    ["notTried", "not tried"],
  ],
  revoke: [
    ["changed", "revoked"],
    ["wouldChange", "would be revoked"],
    ["already", "did not hold it"],
    ["failed", "failed"],
    ["notTried", "not tried"],
  ],
}

/** Entitlements, and people who came in, that are named one by one. */
const named = 20

/** The lines that say what would happen to whom, group by group, with each person whom it would happen to. */
export const previewLines = (
  { intent, people }: Pick<ChangePlan, "intent" | "people">,
  results: ReadonlyArray<ChangeResult>,
): ReadonlyArray<string> => {
  const groups = [...Map.groupBy(results, (result) => result.change.entitlement.id)]
  const personOf = ({ change }: ChangeResult) => {
    const id = formatResourceId(change.principal)
    return { ...people.get(id), id }
  }
  let room = namedPeople
  const linesOf = ([id, group]: (typeof groups)[number]) => {
    const name = group.find(({ resourceName }) => resourceName !== undefined)?.resourceName
    const concerned = concernedIn(group)
    const lines = [
      `${name === undefined ? id : `${name} (${id})`}: ${countsOf(changeWords[intent], group)}`,
      ...personLines(concerned, personOf, room),
    ]
    room = Math.max(0, room - concerned.length)
    return lines
  }
  return [
    ...groups.slice(0, named).flatMap(linesOf),
    ...(groups.length > named
      ? [`${groups.length - named} more; in all ${countsOf(changeWords[intent], results)}`]
      : []),
  ]
}

/** Who came into a group meanwhile. Others write to it too, so it is said and stops nothing. */
export const newcomerLines = (newcomers: ReadonlyArray<Newcomers>): ReadonlyArray<string> =>
  newcomers.map(({ entitlement, principals }) => {
    return `${entitlement} also gained holders that somebody else added during the run: ${firstFew(principals, named)}.`
  })

/** The one line that stands at the end. */
export const summaryLine = (
  { intent, auditFile }: Pick<ChangePlan, "intent" | "auditFile">,
  { results, recorded, brakes }: Pick<AppliedChanges, "results" | "brakes"> & { readonly recorded: boolean },
): string => {
  const counts = countsOf(changeWords[intent], results)
  const has = (outcome: Outcome) => results.some((result) => result.outcome === outcome)
  if (recorded) return `${counts}; recorded in ${auditFile}.`
  return has("wouldChange") ? nothingChanged(counts, brakes) : `${counts}.`
}

/** What is said of a dry run, with the brakes that would stop what it shows. */
export const nothingChanged = (counts: string, brakes: ReadonlyArray<TrippedBrake>): string => {
  const stops = brakes.map(({ message, remedy }) => ` ${message} If it is right, ${remedy}.`).join("")
  return `Nothing was changed: ${counts}.${stops} Run again with --yes to carry it out.`
}

/** Changes as desired changes. */
export const toDesiredChanges = (intent: ChangeIntent, changes: ReadonlyArray<Change>): ReadonlyArray<DesiredChange> =>
  changes.map(({ entitlement, principal, statedReason }) => ({
    _tag: "Change",
    intent,
    entitlement,
    principal,
    ...(statedReason === undefined ? {} : { reason: statedReason }),
  }))
