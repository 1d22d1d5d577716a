// Who is notified that a call waits, so that progress can show "waiting for a rate limit, 12 s" and metrics can count it.
import { Context, Effect } from "effect"

export type WaitReason = "budget" | "cooldown" | "retry"

/** A wait that begins now. */
export interface CallWait {
  readonly key: string
  readonly reason: WaitReason
  /** Until the call goes on, as far as is known now. */
  readonly millis: number
}

/** Called at the beginning of every wait; does nothing by default. */
export const CallWaits = Context.Reference<(wait: CallWait) => Effect.Effect<void>>("@rollcall/resilience/CallWaits", {
  defaultValue: () => () => Effect.void,
})
