// What every error of Rollcall tells, whatever package it comes from, so that an app can end with the right exit code or gRPC
// status and a sentence that helps; and the exit code of each kind (sysexits.h numbers where one fits).

/**
 * The kinds of failure: `unreadable` is a foreign or damaged file; of `unavailable` nothing was begun; after
 * `interrupted` another run resumes; `refused` means that a token, scope or plan is missing. `exitCodes` has the code of each.
 */
export type FailureKind =
  | "unexpected"
  | "usage"
  | "unreadable"
  | "unavailable"
  | "cannotWrite"
  | "interrupted"
  | "busy"
  | "refused"
  | "configuration"
  | "cancelled"

/** An error that a person can act on. */
export interface Failure {
  readonly kind: FailureKind
  /** What happened and why, in one sentence. */
  readonly message: string
  /** What to do next. */
  readonly hint: string
}

/** What happened and what to do next, where nothing sets the two apart: in a log line, or in what a system is told. */
export const sentenceOf = ({ message, hint }: Pick<Failure, "message" | "hint">): string => `${message} ${hint}`.trim()

/** The first of many in words, and how many more there are: `a, b and 3 more`; with a separator that ends clauses, `a; b; and 3 more`. */
export const firstFew = (all: ReadonlyArray<string>, most = 20, separator: ", " | "; " = ", "): string => {
  const first = all.slice(0, most).join(separator)
  if (all.length <= most) return first
  return `${first}${separator === ", " ? " " : separator}and ${all.length - most} more`
}

/** Whether an error tells its kind and what to do about it. */
export const isFailure = (error: unknown): error is Failure =>
  typeof error === "object" &&
  error !== null &&
  ["kind", "message", "hint"].every((member) => typeof Reflect.get(error, member) === "string")

/** Exit codes by kind of failure. */
export const exitCodes: Readonly<Record<FailureKind, number>> = {
  unexpected: 1,
  usage: 64,
  unreadable: 65,
  unavailable: 69,
  cannotWrite: 74,
  interrupted: 75,
  busy: 75,
  refused: 77,
  configuration: 78,
  cancelled: 130,
}
