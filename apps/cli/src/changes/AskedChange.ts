// A change as a person wrote it, on the command line or on a line of a list, and what may be wrong with it.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Schema } from "effect"
import { UsageError } from "../UsageError.ts"

/** A change in the words of the one who asks for it. A grant's id names entitlement and principal at once. */
export type AskedChange = { readonly where: Where } & (
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

/** Something that is wrong with what was asked for. */
export interface Problem {
  readonly where: Where
  readonly problem: string
}

/** A list of changes cannot be read, or not all of it. */
export class ListError
  extends Schema.TaggedError<ListError>()("ListError", {
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.optionalKey(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return "unreadable"
  }
}

/** Problems that are named; of more than these only the number is told. */
const named = 10

/** One error that names what is wrong. Wrong flags are misuse; wrong lines are a file that cannot be used. */
export const problemsError = (problems: ReadonlyArray<Problem>, { list }: Asked): UsageError | ListError => {
  const message = [
    ...problems.slice(0, named).map(({ where, problem }) => `${describe(where)}: ${problem}.`),
    ...(problems.length > named ? [`${problems.length - named} more lines are wrong.`] : []),
  ].join("\n")
  return list === undefined
    ? new UsageError({ message, hint: "`rollcall entitlements` and `rollcall grants` print the ids of a synced file." })
    : new ListError({ message: `${list.name} cannot be used. ${message}`, hint: `Nothing was begun. ${form}` })
}

/** What a list has to look like. */
export const form = "A line holds an entitlement's id and a principal: group:S0123:member,ada@example.com"

const describe = (where: Where): string => ("flag" in where ? `--${where.flag}` : `line ${where.line}`)
