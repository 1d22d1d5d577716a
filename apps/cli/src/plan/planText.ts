// A plan in words, group by group: whom what happens to, what would be refused, and what deserves a second look.
import { escapeControls, markdownTable, markdownText, safeJson } from "@rollcall/access/render"
import { formatResourceId } from "@rollcall/connector"
import type { Plan, Planned, Subject } from "@rollcall/plan"
import { Effect, Stream } from "effect"
import { wrapLine } from "../render/cellWidth.ts"
import { printLines } from "../render/printListing.ts"
import { grouped, Screen } from "../Screen.ts"

/** The forms of a plan. */
export type PlanFormat = "table" | "json" | "markdown"

/**
 * How a plan is headed: as one, or as what differs from a desired state, which no plan is written of; `drift elsewhere` where something
 * differs that cannot be changed, as its notes say.
 */
export type PlanHeading = "plan" | "drift" | "drift elsewhere"

const nothingLeft: Readonly<Record<PlanHeading, string>> = {
  plan: "Nothing to do",
  drift: "No drift",
  "drift elsewhere": "No drift but that in the notes",
}

/** Prints the plan. */
export const printPlan = Effect.fnUntraced(function* (plan: Plan, format: PlanFormat, heading: PlanHeading = "plan") {
  const screen = yield* Screen
  if (format === "json") return yield* screen.out(`${safeJson(plan, 2)}\n`)
  if (format === "markdown") return yield* printLines(markdownLines(plan, heading))
  const lines = Stream.fromIterable(planLines(plan, heading)).pipe(
    Stream.mapEffect((line) => wrapLine(escapeControls(line), screen.columns)),
    Stream.flatMap(Stream.fromIterable),
  )
  return yield* printLines([], lines)
})

/** Whom a change is about, as far as it is known. */
export const subjectsIn = (plan: Plan): ((change: Planned) => Subject | undefined) => {
  const subjects = new Map(plan.subjects.map((subject) => [formatResourceId(subject.principal), subject]))
  return ({ principal }) => (principal === undefined ? undefined : subjects.get(formatResourceId(principal)))
}

/** What a change does, without whom it is about: `grant`, `revoke`, or the name of an action as people read it. */
export const verbOf = (change: Planned): string => (change._tag === "Change" ? change.intent : change.displayName)

/** How many changes there are of each kind: `3 to grant, 1 to revoke, 2 to Disable User`. */
const planCounts = ({ changes }: Pick<Plan, "changes">): string =>
  [...Map.groupBy(changes, verbOf)].map(([verb, { length }]) => `${grouped(length)} to ${verb}`).join(", ")

/** The last line: all counts. */
const totals = (plan: Plan, heading: PlanHeading): string => {
  const { changes, blocked, unchanged } = plan
  const parts = [
    changes.length === 0 ? nothingLeft[heading] : planCounts(plan),
    ...(unchanged === 0 ? [] : [`${grouped(unchanged)} already so`]),
    ...(blocked.length === 0 ? [] : [`${grouped(blocked.length)} blocked`]),
  ]
  return `${parts.join("; ")}.`
}

const titleOf = ({ id, tenant, madeAt }: Plan, heading: PlanHeading): string => {
  const where = `${tenant.displayName} (${tenant.id})`
  return heading !== "plan" ? `Drift in ${where}, read ${madeAt}` : `Plan ${id} for ${where}, made ${madeAt}`
}

const authorOf = ({ author: { osUser, actor }, reason, ticket }: Plan, heading: PlanHeading): ReadonlyArray<string> => {
  const makers = [osUser, actor === undefined ? undefined : `(token of ${actor})`].filter((it) => it !== undefined)
  return [
    ...(makers.length === 0 || heading !== "plan" ? [] : [`by ${makers.join(" ")}`]),
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
    ...(ticket === undefined ? [] : [`ticket: ${ticket}`]),
  ]
}

const aboutOf = (change: Planned): string => {
  if (change._tag === "Action") return change.displayName
  const { resourceName, entitlement } = change
  return resourceName === undefined ? entitlement.id : `${resourceName} (${entitlement.id})`
}

const whoOf = (change: Planned, subject: Subject | undefined): string => {
  const { principal } = change
  const id =
    principal === undefined
      ? JSON.stringify(change._tag === "Action" ? change.values : {})
      : formatResourceId(principal)
  return nameOf(id, subject)
}

const nameOf = (id: string, subject: Subject | undefined): string =>
  [subject?.displayName, subject?.address === undefined ? undefined : `<${subject.address}>`, `(${id})`]
    .filter((part) => part !== undefined)
    .join(" ")

const noteOf = (change: Planned, subject: Subject | undefined): string => {
  const endedAt = change._tag === "Change" ? change.endedAt : undefined
  const ended = endedAt === undefined ? undefined : `holds it until ${endedAt}, and without an end from now on`
  const notes = [subject?.privilege, ended, change.reason].filter((part) => part !== undefined)
  return notes.length === 0 ? "" : `: ${notes.join("; ")}`
}

const lentTitle = "Held for a time, and left as it is"

const lentLines = ({ lent = [] }: Plan): ReadonlyArray<string> =>
  lent.map(
    ({ entitlement, subject, endsAt }) =>
      `${nameOf(formatResourceId(subject.principal), subject)} holds ${entitlement} until ${endsAt}`,
  )

const markOf = (change: Planned): string => {
  if (change._tag === "Action") return "!"
  return change.intent === "grant" ? "+" : "-"
}

/** The plan as lines; names are as they are, for whoever prints them to escape. */
export const planLines = (plan: Plan, heading: PlanHeading = "plan"): ReadonlyArray<string> => {
  const subjectOf = subjectsIn(plan)
  const groups = [...Map.groupBy(plan.changes, aboutOf)]
  const lineOf = (change: Planned) => `${whoOf(change, subjectOf(change))}${noteOf(change, subjectOf(change))}`
  const section = (title: string, lines: ReadonlyArray<string>) => (lines.length === 0 ? [] : ["", title, ...lines])
  return [
    titleOf(plan, heading),
    ...authorOf(plan, heading),
    ...groups.flatMap(([about, changes]) =>
      section(
        `${about}: ${planCounts({ changes })}`,
        changes.map((change) => `  ${markOf(change)} ${lineOf(change)}`),
      ),
    ),
    ...section(
      "Blocked: not part of the plan",
      plan.blocked.map(({ change, why }) => {
        const what = change._tag === "Change" ? `${change.intent} ${aboutOf(change)}` : aboutOf(change)
        return `  x ${what} for ${whoOf(change, subjectOf(change))}: ${why}`
      }),
    ),
    ...section(
      lentTitle,
      lentLines(plan).map((line) => `  ${line}`),
    ),
    ...section(
      "Notes",
      (plan.notes ?? []).map((note) => `  ${note}.`),
    ),
    ...section(
      "Warnings",
      plan.warnings.map(({ message }) => `  ! ${message}`),
    ),
    ...section(
      "Limits that stop it",
      plan.brakes.map(({ message, remedy }) => `  ! ${message} If it is right, ${remedy}.`),
    ),
    "",
    totals(plan, heading),
  ]
}

const markdownLines = (plan: Plan, heading: PlanHeading): ReadonlyArray<string> => {
  const subjectOf = subjectsIn(plan)
  const cells = (change: Planned) => {
    const subject = subjectOf(change)
    return [
      verbOf(change),
      change._tag === "Change" ? aboutOf(change) : "",
      subject?.displayName ?? "",
      subject?.address ?? "",
      change.principal === undefined ? "" : formatResourceId(change.principal),
    ]
  }
  const titles = ["Change", "Of", "Name", "Address", "ID"]
  const table = (last: string, rows: ReadonlyArray<ReadonlyArray<string>>) =>
    rows.length === 0 ? [] : [...markdownTable([...titles, last], rows), ""]
  const list = (title: string, lines: ReadonlyArray<string>) =>
    lines.length === 0 ? [] : [`## ${title}`, "", ...lines.map((line) => `- ${markdownText(line)}`), ""]
  return [
    `# ${markdownText(titleOf(plan, heading))}`,
    "",
    ...authorOf(plan, heading).flatMap((line) => [markdownText(line), ""]),
    markdownText(totals(plan, heading)),
    "",
    ...table(
      "Note",
      plan.changes.map((change) => [...cells(change), noteOf(change, subjectOf(change)).replace(/^: /u, "")]),
    ),
    ...(plan.blocked.length === 0 ? [] : ["## Blocked", ""]),
    ...table(
      "Why",
      plan.blocked.map(({ change, why }) => [...cells(change), why]),
    ),
    ...list(lentTitle, lentLines(plan)),
    ...list(
      "Notes",
      (plan.notes ?? []).map((note) => `${note}.`),
    ),
    ...list(
      "Warnings",
      plan.warnings.map(({ message }) => message),
    ),
    ...list(
      "Limits that stop it",
      plan.brakes.map(({ message, remedy }) => `${message} If it is right, ${remedy}.`),
    ),
  ]
}
