// A call that failed, as data: why, and after how many attempts. A client makes its own error of it, by the table of its
// reasons.
import type { Retry } from "./exchangeFacts.ts"
import { seconds } from "./exchangeFacts.ts"
import { Schema } from "effect"

/** The fields that every client's error has, for its `Schema.TaggedError`. */
export const failedCallFields = {
  /** The HTTP status, where there was a reply. */
  status: Schema.optional(Schema.Int),
  /** How often the call was sent; default 1. */
  attempts: Schema.optional(Schema.Int),
  /** Milliseconds that went by between the attempts. */
  waitedMillis: Schema.optional(Schema.Finite),
  cause: Schema.optional(Schema.Defect()),
}

/** Why one attempt failed. */
export interface FailedAttempt<Reason> {
  readonly reason: Reason
  readonly status?: number | undefined
  readonly cause?: unknown
}

/** Why a call failed for good, with what was done to save it; `attempts` is absent where there was one. */
export interface FailedCall<Reason> extends FailedAttempt<Reason> {
  readonly attempts?: number | undefined
  readonly waitedMillis?: number | undefined
}

/** What follows from a reason. Written with methods, so that an entry of a table serves for the union of all reasons. */
export interface ReasonFacts<Reason, Category> {
  /** What a caller does about it. */
  readonly category: Category
  /** Whether repeating the call can help. */
  retry(reason: Reason): Retry
  /** The end of a sentence that begins with the call. */
  says(reason: Reason): string
  /** What to do next; `call` is the API's name of the call. */
  hint(reason: Reason, call: string): string
}

/** The table of a client: what follows from each of its reasons. */
export type ReasonTable<Reason extends { readonly _tag: string }, Category> = {
  readonly [Tag in Reason["_tag"]]: ReasonFacts<Extract<Reason, { readonly _tag: Tag }>, Category>
}

/** Whether a call may be sent once more, where doing it twice is as good as once or is not. */
export const mayRepeat = (retry: Retry, idempotent: boolean): boolean =>
  retry === "always" || (retry === "reads" && idempotent)

/** The end of the sentence that says why a call failed: ` (HTTP 503). Gave up after 3 attempts, with 2 s of waiting.` */
export const afterAttempts = ({
  status,
  attempts = 1,
  waitedMillis = 0,
}: Omit<FailedCall<unknown>, "reason" | "cause">): string => {
  const http = status === undefined || status === 200 ? "" : ` (HTTP ${status})`
  return attempts === 1
    ? `${http}.`
    : `${http}. Gave up after ${attempts} attempts, with ${seconds(waitedMillis)} of waiting.`
}
