// When a lease whose end failed is tried again: after a pause that doubles with each failure. It is kept with the lease, so that a restart
// does not begin it again.
import type { Lease } from "./Lease.ts"

const first = 30_000
const longest = 15 * 60_000

/** Milliseconds before the end of a lease is tried again, after so many failures: 30 s, 1 min, 2 min, up to 15 min. */
export const retryPause = (failures: number): number => Math.min(first * 2 ** (failures - 1), longest)

/** The lease after its end failed, for a reason of its own. */
export const failedAgain = (lease: Lease, lastFailure: string, now: number): Lease => {
  const failures = (lease.failures ?? 0) + 1
  return { ...lease, failures, lastFailure, retryAt: new Date(now + retryPause(failures)).toISOString() }
}

/** The lease as if its end had not been tried, for an end that has moved. */
export const neverTried = (lease: Lease): Lease => {
  const { failures: _, lastFailure: __, retryAt: ___, ...untried } = lease
  return untried
}

/** Whether the pause after its last failure is not over. A pause that is longer than any was begun before the clock was set back. */
export const isWaiting = ({ retryAt }: Lease, now: number): boolean => {
  const left = retryAt === undefined ? 0 : Date.parse(retryAt) - now
  return left > 0 && left <= longest
}
