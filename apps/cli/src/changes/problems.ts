// What may be wrong with the changes that a person asked for, and how it is told.
import type { Failure, FailureKind, FoundPrincipal, UnclearPrincipal } from "@rollcall/connector"
import { firstFew } from "@rollcall/connector"
import { Schema } from "effect"
import { UsageError } from "../errors.ts"
import type { Asked, Where } from "./ChangePlan.ts"

/** Something that is wrong with what was asked for. */
export interface Problem {
  readonly where: Where
  readonly problem: string
  /** What to give instead, where that is known; else the hint tells what ids look like. */
  readonly hint?: string
}

/** A list of changes cannot be read, or not all of it. */
export class ListError
  extends Schema.TaggedError<ListError>()("ListError", {
    message: Schema.String,
    hint: Schema.String,
    /** `true` where there is no list at its path, rather than one that is wrong. */
    missing: Schema.optionalKey(Schema.Boolean),
    cause: Schema.optionalKey(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return this.missing === true ? "configuration" : "unreadable"
  }
}

/** Problems that are named; of more than these only the number is told. */
const named = 10

/** One error that names what is wrong. Wrong flags are misuse; wrong lines are a file that cannot be used. */
export const problemsError = (problems: ReadonlyArray<Problem>, { list }: Asked): UsageError | ListError => {
  const lines = problems.map(({ where, problem }) => `${describe(where)}: ${problem}.`)
  const hints = [...new Set(problems.map(({ hint }) => hint))]
  const [hint] = hints.length === 1 ? hints : []
  return list === undefined
    ? new UsageError({ message: firstOf(lines), hint: hint ?? flagHint })
    : linesError(list.name, lines, hint === undefined ? listHint : `Nothing was begun. ${hint}`)
}

/** The error of a list whose lines are wrong, each said in one of `lines`. */
export const linesError = (list: string, lines: ReadonlyArray<string>, hint: string): ListError =>
  new ListError({ message: `${list} cannot be used. ${firstOf(lines)}`, hint })

const firstOf = (lines: ReadonlyArray<string>): string =>
  [...lines.slice(0, named), ...(lines.length > named ? [`${lines.length - named} more lines are wrong.`] : [])].join(
    "\n",
  )

/** Of these names, those that mean no one principal; `found` has what the others mean. */
export const unclearNames = (
  names: ReadonlyArray<string>,
  found: ReadonlyMap<string, FoundPrincipal | UnclearPrincipal>,
): UsageError => {
  const unknown = names.filter((name) => !found.has(name))
  const addresses = unknown.filter((name) => name.includes("@"))
  const ids = unknown.filter((name) => !name.includes("@"))
  const unclear = names.flatMap((name) => {
    const meant = found.get(name)
    return meant === undefined ? [] : [sentenceOn(name, meant)]
  })
  const message = [
    ...(ids.length === 0 ? [] : [`There is no account ${firstFew(ids, named)}.`]),
    ...(addresses.length === 0 ? [] : [`No account has the e-mail address ${firstFew(addresses, named)}.`]),
    ...unclear.slice(0, named),
    ...(unclear.length > named ? [`${unclear.length - named} more addresses are unclear.`] : []),
    "Nothing was begun.",
  ].join(" ")
  return new UsageError({
    message,
    hint: "Correct it, or name the account by its id: `rollcall resources` lists the ids of a synced file.",
  })
}

const sentenceOn = (name: string, meant: FoundPrincipal | UnclearPrincipal): string => {
  if (!("unclear" in meant)) return `${name} has no active account, only deactivated: ${meant.resource}.`
  const { unclear, candidates } = meant
  const all = firstFew(candidates, named)
  switch (unclear) {
    case "deactivated":
      return `${name} has no active account, only deactivated: ${all}.`
    case "ambiguous":
      return `${name} belongs to ${candidates.length === 2 ? "two" : candidates.length} accounts: ${all}.`
    case "mismatching":
      return `${name} is the address of different accounts: ${all}.`
  }
}

const flagHint =
  "An entitlement's id looks like group:S0123:member, a grant's like group:S0123:member:user:U0123: " +
  "`rollcall entitlements` and `rollcall grants` print the ids of a synced file. A principal is an account's id or e-mail address."

/** What a list has to look like. */
export const listHint =
  "Nothing was begun. A line holds an entitlement's id and a principal: group:S0123:member,ada@example.com. " +
  "A header is optional: entitlement,principal, or grant for a list of grant ids to revoke."

const describe = (where: Where): string => ("flag" in where ? `--${where.flag}` : `line ${where.line}`)
