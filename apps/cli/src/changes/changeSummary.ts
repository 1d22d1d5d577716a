// What a run of changes amounts to, in words.
import type { ChangeIntent, ChangeResult, Newcomers } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { ChangePlan, People } from "./ChangePlan.ts"
import { removalsOf } from "./ChangePlan.ts"

type Outcome = ChangeResult["outcome"]

const order = ["changed", "wouldChange", "already", "failed", "notTried"] as const satisfies ReadonlyArray<Outcome>

const words: Readonly<Record<ChangeIntent, Readonly<Record<Outcome, string>>>> = {
  grant: {
    changed: "granted",
    wouldChange: "would be granted",
    already: "held it already",
    failed: "failed",
    notTried: "not tried",
  },
  revoke: {
    changed: "revoked",
    wouldChange: "would be revoked",
    already: "did not hold it",
    failed: "failed",
    notTried: "not tried",
  },
}

/** How many results there are of each outcome, those of none left out: `12 granted, 3 held it already`. */
export const countsOf = (intent: ChangeIntent, results: ReadonlyArray<ChangeResult>): string => {
  const counts = order.flatMap((outcome) => {
    const count = results.filter((result) => result.outcome === outcome).length
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${words[intent][outcome]}`]
  })
  return counts.length === 0 ? "nothing was asked for" : counts.join(", ")
}

/** Entitlements, or reasons of failures, that are named one by one. */
const named = 20

/** People whom a question names one by one, all groups together. */
const namedPeople = 200

/** The lines that say what would happen to whom, group by group, with each person whom it would happen to. */
export const previewLines = (
  { intent, people }: Pick<ChangePlan, "intent" | "people">,
  results: ReadonlyArray<ChangeResult>,
): ReadonlyArray<string> => {
  const groups = [...Map.groupBy(results, (result) => result.change.entitlement.id)]
  let room = namedPeople
  const linesOf = ([id, group]: (typeof groups)[number]) => {
    const name = group.find(({ resourceName }) => resourceName !== undefined)?.resourceName
    const concerned = group.filter(({ outcome }) => outcome === "wouldChange" || outcome === "failed")
    const shown = concerned.slice(0, room)
    room -= shown.length
    return [
      `${name === undefined ? id : `${name} (${id})`}: ${countsOf(intent, group)}`,
      ...shown.map((result) => `  ${describePerson(result, people)}`),
      ...(concerned.length > shown.length ? [`  and ${concerned.length - shown.length} more`] : []),
    ]
  }
  return [
    ...groups.slice(0, named).flatMap(linesOf),
    ...(groups.length > named ? [`${groups.length - named} more; in all ${countsOf(intent, results)}`] : []),
  ]
}

/** A person as one recognises them, `Ada Byron <ada@example.com> (user:U0123)`, and why it will be refused, if it will. */
const describePerson = (result: ChangeResult, people: People): string => {
  const id = formatResourceId(result.change.principal)
  const { displayName, address } = people.get(id) ?? {}
  const refused = result.outcome === "failed" ? `: ${result.failure.message}` : ""
  return `${personLine(id, displayName, address)}${refused}`
}

/** Name, address and id of a person, as far as they are known. */
export const personLine = (id: string, displayName?: string, address?: string): string =>
  [displayName, address === undefined ? undefined : `<${address}>`, `(${id})`]
    .filter((part) => part !== undefined)
    .join(" ")

/** The reasons of failures, each once, with what to do. */
export const failureLines = (results: ReadonlyArray<ChangeResult>): ReadonlyArray<string> => {
  const failures = results.flatMap((result) => (result.outcome === "failed" ? [result.failure] : []))
  const lines = new Set(failures.map(({ message, hint }) => `failed: ${message} ${hint}`.trim()))
  return [...[...lines].slice(0, named), ...(lines.size > named ? [`failed: ${lines.size - named} more reasons`] : [])]
}

/** Who came into a group meanwhile. Others write to it too, so it is said and stops nothing. */
export const newcomerLines = (newcomers: ReadonlyArray<Newcomers>): ReadonlyArray<string> =>
  newcomers.map(({ entitlement, principals }) => {
    const more = principals.length > named ? ` and ${principals.length - named} more` : ""
    return `${entitlement} got others during the run, added by somebody else: ${principals.slice(0, named).join(", ")}${more}.`
  })

/** Whether anything was written to the audit log. */
export interface Recorded {
  readonly recorded: boolean
}

/** The one line that stands at the end. */
export const summaryLine = (
  plan: ChangePlan,
  { results, recorded }: Recorded & { readonly results: ReadonlyArray<ChangeResult> },
): string => {
  const { intent, auditFile, maxRemovals } = plan
  const counts = countsOf(intent, results)
  const has = (outcome: Outcome) => results.some((result) => result.outcome === outcome)
  if (recorded) return `${counts}; recorded in ${auditFile}.`
  if (!has("wouldChange")) return `${counts}.`
  const removals = removalsOf(plan)
  const bound = removals > maxRemovals ? ` and --max-removals ${removals}` : ""
  return `Nothing was changed: ${counts}. Run again with --yes${bound} to carry it out.`
}
