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

/** Prints the plan. */
export const printPlan = Effect.fnUntraced(function* (plan: Plan, format: PlanFormat) {
  const screen = yield* Screen
  if (format === "json") return yield* screen.out(`${safeJson(plan, 2)}\n`)
  if (format === "markdown") return yield* printLines(markdownLines(plan))
  const lines = Stream.fromIterable(planLines(plan)).pipe(
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
const totals = (plan: Plan): string => {
  const { changes, blocked, unchanged } = plan
  const parts = [
    changes.length === 0 ? "Nothing to do" : planCounts(plan),
    ...(unchanged === 0 ? [] : [`${grouped(unchanged)} already so`]),
    ...(blocked.length === 0 ? [] : [`${grouped(blocked.length)} blocked`]),
  ]
  return `${parts.join("; ")}.`
}

const titleOf = (plan: Plan): string =>
  `Plan ${plan.id} for ${plan.tenant.displayName} (${plan.tenant.id}), made ${plan.madeAt}`

const authorOf = ({ author, reason, ticket }: Plan): ReadonlyArray<string> => [
  ...(author.osUser === undefined && author.actor === undefined
    ? []
    : [
        `by ${[author.osUser, author.actor === undefined ? undefined : `(token of ${author.actor})`].filter((it) => it !== undefined).join(" ")}`,
      ]),
  ...(reason === undefined ? [] : [`reason: ${reason}`]),
  ...(ticket === undefined ? [] : [`ticket: ${ticket}`]),
]

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
  return [subject?.displayName, subject?.address === undefined ? undefined : `<${subject.address}>`, `(${id})`]
    .filter((part) => part !== undefined)
    .join(" ")
}

const noteOf = (change: Planned, subject: Subject | undefined): string => {
  const notes = [subject?.privilege, change.reason].filter((part) => part !== undefined)
  return notes.length === 0 ? "" : `: ${notes.join("; ")}`
}

const markOf = (change: Planned): string => {
  if (change._tag === "Action") return "!"
  return change.intent === "grant" ? "+" : "-"
}

/** The plan as lines; names are as they are, for whoever prints them to escape. */
export const planLines = (plan: Plan): ReadonlyArray<string> => {
  const subjectOf = subjectsIn(plan)
  const groups = [...Map.groupBy(plan.changes, aboutOf)]
  const lineOf = (change: Planned) => `${whoOf(change, subjectOf(change))}${noteOf(change, subjectOf(change))}`
  const section = (title: string, lines: ReadonlyArray<string>) => (lines.length === 0 ? [] : ["", title, ...lines])
  return [
    titleOf(plan),
    ...authorOf(plan),
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
    totals(plan),
  ]
}

const markdownLines = (plan: Plan): ReadonlyArray<string> => {
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
  const titles = ["Change", "Of", "Name", "Address", "Id"]
  const table = (last: string, rows: ReadonlyArray<ReadonlyArray<string>>) =>
    rows.length === 0 ? [] : [...markdownTable([...titles, last], rows), ""]
  const list = (title: string, lines: ReadonlyArray<string>) =>
    lines.length === 0 ? [] : [`## ${title}`, "", ...lines.map((line) => `- ${markdownText(line)}`), ""]
  return [
    `# ${markdownText(titleOf(plan))}`,
    "",
    ...authorOf(plan).flatMap((line) => [markdownText(line), ""]),
    markdownText(totals(plan)),
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
