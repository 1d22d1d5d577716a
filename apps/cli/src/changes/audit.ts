// What the command tells the audit log: who runs it and why, as the token's account says only whose token it was. And whether
// anything was written to it.
import { userInfo } from "node:os"
import type { AuditOrigin } from "@rollcall/connector"
import { AuditLog } from "@rollcall/connector"
import { hideTokens } from "@rollcall/api-client"
import { Effect } from "effect"
import { UsageError } from "../errors.ts"

/** A reason is a ticket or a sentence. */
const longestReason = 500

/** What the audit log says of whoever runs the command, with the reason that was given. */
export const auditOrigin = (reason: string | undefined): Effect.Effect<AuditOrigin, UsageError> => {
  if (reason !== undefined && hideTokens(reason) !== reason) return Effect.fail(tokenInReason)
  if (reason !== undefined && reason.length > longestReason) return Effect.fail(tooLong(reason.length))
  return Effect.sync(() => ({ osUser: osUser(), statedReason: reason }))
}

/** What is wrong with a reason that a list gives for one of its lines. */
export const problemOfReason = (reason: string | undefined): string | undefined => {
  if (reason === undefined) return undefined
  if (hideTokens(reason) !== reason) return "a token stands in its reason"
  return reason.length > longestReason ? `its reason has more than ${longestReason} characters` : undefined
}

/** In a container the number of the user may have no name. */
const osUser = (): string => {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`
  }
}

const tooLong = (length: number) =>
  new UsageError({
    message: `--reason has ${length} characters, but at most ${longestReason} are allowed. Nothing was begun.`,
    hint: "Name a ticket, or write one short sentence.",
  })

const tokenInReason = new UsageError({
  message: "--reason contains a token. Nothing was begun.",
  hint: "Leave it out. The token is exposed because it was on a command line: revoke it in Slack and make a new one.",
})

/** Whether anything was written to the audit log. */
export interface Recorded {
  readonly recorded: boolean
}

/** What came of a run that only read. */
export const unrecorded = <A>(applied: A): A & Recorded => ({ ...applied, recorded: false })

/** Runs what may write to the audit log, and tells whether it did. */
export const recorded = Effect.fnUntraced(function* <A, E, R>(run: Effect.Effect<A, E, R>) {
  const { append } = yield* AuditLog
  let hasEntries = false
  const log = AuditLog.of({
    append: (entry) => Effect.tap(append(entry), () => Effect.sync(() => void (hasEntries = true))),
  })
  const applied = yield* Effect.provideService(run, AuditLog, log)
  return { ...applied, recorded: hasEntries }
})
