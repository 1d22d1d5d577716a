// What calls wait for, as a value and as lines for a terminal.
import type { CallWait } from "@rollcall/resilience"
import { escapeControls } from "@rollcall/access/render"

/** Until when calls of a key wait, in milliseconds since the epoch, and why. */
export type Waits = ReadonlyMap<string, { readonly until: number; readonly reason: CallWait["reason"] }>

/** The waits after one more has begun. */
export const withWait = (waits: Waits, wait: CallWait, now: number): Waits =>
  new Map(waits).set(wait.key, { until: now + wait.millis, reason: wait.reason })

/** A line for each wait that is not over. */
export const waitLines = (waits: Waits, now: number): ReadonlyArray<string> =>
  [...waits].flatMap(([key, { until, reason }]) =>
    until > now ? `  waiting ${Math.ceil((until - now) / 1000)} s ${because[reason]} (${escapeControls(key)})` : [],
  )

const because: Readonly<Record<CallWait["reason"], string>> = {
  budget: "for the rate limit",
  cooldown: "because the system asked for a pause",
  retry: "before trying again",
}
