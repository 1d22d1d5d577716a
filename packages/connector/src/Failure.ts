// What every error of Rollcall tells, whatever package it comes from, so that an app can end with the right exit code
// or gRPC status and a sentence that helps.

/**
 * The kinds of failure, and the exit code that the command gives each:
 * `unexpected` 1 · `usage` 64 · `unreadable` 65 (foreign or damaged file) · `unavailable` 69 (nothing begun) ·
 * `cannotWrite` 74 · `interrupted` 75 (run again to resume) · `busy` 75 · `refused` 77 (token, scope or plan) ·
 * `configuration` 78 · `cancelled` 130.
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

/** Whether an error tells its kind and what to do about it. */
export const isFailure = (error: unknown): error is Failure =>
  typeof error === "object" &&
  error !== null &&
  ["kind", "message", "hint"].every((member) => typeof Reflect.get(error, member) === "string")
