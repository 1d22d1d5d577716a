// What clients of HTTP APIs say of the attempts that a failed call took, and the bounds of one attempt.
import { seconds } from "./exchangeFacts.ts"

/** How long one attempt may take, body included, where nothing else is said. */
export const standardTimeout = "30 seconds"

/** The longest body that is read where nothing else is said: 128 MiB. */
export const standardReplyBytes: number = 128 * 1024 * 1024

/** What became of a call that failed for good. */
export interface FailedAttempts {
  /** The HTTP status, where there was a reply. */
  readonly status?: number | undefined
  /** How often it was sent; default 1. */
  readonly attempts?: number | undefined
  /** Milliseconds that went by between the attempts. */
  readonly waitedMillis?: number | undefined
}

/** The end of the sentence that says why a call failed: ` (HTTP 503). Gave up after 3 attempts, with 2 s of waiting.` */
export const afterAttempts = ({ status, attempts = 1, waitedMillis = 0 }: FailedAttempts): string => {
  const http = status === undefined || status === 200 ? "" : ` (HTTP ${status})`
  return attempts === 1
    ? `${http}.`
    : `${http}. Gave up after ${attempts} attempts, with ${seconds(waitedMillis)} of waiting.`
}
