// Whether a run takes up the sync that an earlier one left unfinished: one rule for every store.
import { Clock, Effect } from "effect"
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
const identityKey = ({ connector, tenant, request, reach, steps }: SyncIdentity): string =>
  JSON.stringify([connector, tenant, request, reach, steps])

/** What a run works on. */
export interface Begun extends Pick<OpenSync, "resumed"> {
  readonly sync: HeldSync
  readonly restartReason: OpenSync["restartReason"] | undefined
}

/**
 * Takes up the sync that the store holds, or begins a new one, whose id `newId` makes.
 * @param damage Whether what the store held, or its states, cannot be understood.
 */
export const resumeOrBegin = Effect.fnUntraced(function* (
  { held, damage }: { readonly held: HeldSync | undefined; readonly damage?: "damaged" | undefined },
  identity: SyncIdentity,
  acceptsShrink: boolean,
  newId: Effect.Effect<string>,
): Effect.fn.Return<Begun> {
  const now = yield* Clock.currentTimeMillis
  const restartReason = (held === undefined ? undefined : restartReasonOf(held, identity, now, acceptsShrink)) ?? damage
  if (held !== undefined && restartReason === undefined) return { sync: held, resumed: true, restartReason }
  const sync = { identity: identityKey(identity), syncId: yield* newId, startedAt: now }
  return { sync, resumed: false, restartReason }
})

/**
 * Why a sync that was found is not taken up; `undefined` when it is.
 * @param now Milliseconds since the epoch.
 * @param acceptsShrink Whether this run publishes whatever was read.
 */
const restartReasonOf = (
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
