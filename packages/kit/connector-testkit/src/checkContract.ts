// The contract outside of a test runner: what a connector meets and what it does not, as data and as a report for people.
import { isFailure, sentenceOf } from "@rollcall/connector"
import { Cause, Effect, Exit } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"
import { requirements } from "./requirements.ts"

/** Whether a connector meets one requirement. */
export interface ContractResult {
  /** The requirement, a sentence that begins with MUST. */
  readonly title: string
  /** Why it does not meet it; absent where it does. */
  readonly why?: string
}

/**
 * Tries every requirement on a connector, one after the other. It needs no test runner; outside of Vitest, `connector` itself has
 * to load the module again each time that it is asked.
 */
export const checkContract = <R>(world: ConnectorWorld<R>): Effect.Effect<ReadonlyArray<ContractResult>> =>
  Effect.forEach(requirements, ({ title, check }) =>
    Effect.map(Effect.exit(check(world)), (exit): ContractResult =>
      Exit.isSuccess(exit) ? { title } : { title, why: whyOf(Cause.squash(exit.cause)) },
    ),
  )

/** The results as text for people: a line for each requirement, those that are not met with the reason, and the count first. */
export const contractReport = (name: string, results: ReadonlyArray<ContractResult>): string => {
  const failed = results.filter(({ why }) => why !== undefined).length
  const verdict =
    failed === 0
      ? `meets all ${results.length} requirements.`
      : `does not meet ${failed} of ${results.length} requirements.`
  const lines = results.flatMap(({ title, why }) =>
    why === undefined ? [`  ok    ${title}`] : [`  FAIL  ${title}`, ...linesOf(why).map((line) => `        ${line}`)],
  )
  return [`${printable(name)} ${verdict}`, "", ...lines, ""].join("\n")
}

/** Lines of a reason that are shown: a difference between two syncs may have thousands. */
const mostLines = 12

const linesOf = (why: string): ReadonlyArray<string> => {
  const lines = why
    .split("\n")
    .map((line) => printable(line).trimEnd())
    .filter((line) => line !== "")
  const more = lines.length - mostLines
  return more > 0 ? [...lines.slice(0, mostLines), `and ${more} more lines`] : lines
}

/** What a connector says may hold what a system sent, so nothing in it may steer a terminal. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, " ")

const whyOf = (error: unknown): string => {
  if (isFailure(error)) return sentenceOf(error)
  return error instanceof Error ? error.message : String(error)
}
