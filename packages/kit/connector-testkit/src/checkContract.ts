// The contract outside of a test runner: what a connector meets and what it does not, as data and as a report for people.
import { isFailure, sentenceOf } from "@rollcall/connector"
import { Cause, Effect, Exit } from "effect"
import type { ConnectorWorld } from "./ConnectorWorld.ts"
import { type RequirementNeed, TooLittleData } from "./Requirement.ts"
import { requirements } from "./requirements.ts"

/** Whether a connector meets one requirement. */
export interface ContractResult {
  /** The requirement, a sentence that begins with MUST. */
  readonly title: string
  /** Why it does not meet it; absent where it does. */
  readonly why?: string
  /** Why it was not tried, as the world lacks what it needs; absent where it was. */
  readonly untried?: string
}

/** What of a world is not as in a test of the connector's own. */
export interface ContractOptions {
  /** What the world does not have. Requirements that need it are named, and not tried. */
  readonly lacks?: ReadonlyArray<RequirementNeed>
  /** The system is as it is: a requirement for which it holds too little was not tried, instead of not met. */
  readonly takesDataAsItIs?: boolean
  /** Asked when a requirement was not met: why that says nothing about the connector, such as a limit that was reached. */
  readonly stoppedBy?: () => string | undefined
}

/**
 * Tries every requirement on a connector, one after the other. It needs no test runner; outside of Vitest, `connector` itself has
 * to load the module again each time that it is asked.
 */
export const checkContract = <R>(
  world: ConnectorWorld<R>,
  { lacks = [], takesDataAsItIs = false, stoppedBy = () => undefined }: ContractOptions = {},
): Effect.Effect<ReadonlyArray<ContractResult>> =>
  Effect.forEach(requirements, ({ title, check, needs }) =>
    needs !== undefined && lacks.includes(needs)
      ? Effect.succeed<ContractResult>({ title, untried: lacking[needs] })
      : Effect.map(Effect.exit(check(world)), (exit): ContractResult => {
          if (Exit.isSuccess(exit)) return { title }
          const error = Cause.squash(exit.cause)
          const untried = takesDataAsItIs && error instanceof TooLittleData ? error.message : stoppedBy()
          return untried === undefined ? { title, why: whyOf(error) } : { title, untried }
        }),
  )

/** The results as text for people: a line for each requirement, those that are not met with the reason, and the count first. */
export const contractReport = (name: string, results: ReadonlyArray<ContractResult>): string => {
  const failed = results.filter(({ why }) => why !== undefined).length
  const tried = results.filter(({ untried }) => untried === undefined).length
  const requirementsTried =
    tried === results.length ? "requirements" : `requirements that were tried here, of ${results.length}`
  const verdict =
    failed === 0
      ? `meets all ${tried} ${requirementsTried}.`
      : `does not meet ${failed} of ${tried} ${requirementsTried}.`
  const lines = results.flatMap(({ title, why, untried }) => {
    if (untried !== undefined) return [`- ${title}`, `    Not tried here: ${printable(untried)}.`]
    return why === undefined ? [`✓ ${title}`] : [`✗ ${title}`, ...linesOf(why).map((line) => `    ${line}`)]
  })
  return [`${printable(name)} ${verdict}`, "", ...lines, ""].join("\n")
}

const lacking: Readonly<Record<RequirementNeed, string>> = {
  lesserCredentials: "it needs credentials that lack a scope, which the connector's contract test has",
  changes: "it needs a system that may be changed, which the connector's contract test has",
  everything: "it needs lists that are read to their end",
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
