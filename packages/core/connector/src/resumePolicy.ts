// Whether a run takes up the sync that an earlier one left unfinished: one rule for every store.
import type { OpenSync, SyncIdentity } from "./SyncStore.ts"

/** An unfinished sync is taken up for a day: later too much has changed in what it read first. */
const mostAgeInMilliseconds = 86_400_000

/** An unfinished sync, as a store holds it. */
export interface HeldSync {
  /** `identityKey` of its identity. */
  readonly identity: string
  readonly syncId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** It was read to the end and not published, as it would have lost too much. */
  readonly shrank?: boolean
}

/** An identity as text, equal for equal identities. */
export const identityKey = ({ connector, tenant, request, reach, steps }: SyncIdentity): string =>
  JSON.stringify([connector, tenant, request, reach, steps])

/**
 * Why a sync that was found is not taken up; `undefined` when it is.
 * @param now Milliseconds since the epoch.
 * @param acceptsShrink Whether this run publishes whatever was read.
 */
export const restartReasonOf = (
  held: HeldSync,
  identity: SyncIdentity,
  now: number,
  acceptsShrink: boolean,
): OpenSync["restartReason"] => {
  if (held.identity !== identityKey(identity)) return "other identity"
  // Where the clock was set back meanwhile, nobody can tell how old it is.
  if (held.startedAt > now) return "later than now"
  if (now - held.startedAt > mostAgeInMilliseconds) return "too old"
  return held.shrank === true && !acceptsShrink ? "shrank" : undefined
}

/** When a sync that is published now began and ended: a clock that was set back midway makes it no longer than nothing. */
export const timesOf = (startedAt: number, now: number): { readonly startedAt: number; readonly endedAt: number } => ({
  startedAt: Math.min(startedAt, now),
  endedAt: now,
})
