// How long to wait between calls of C1: all the arithmetic of the loop, in milliseconds. The numbers are the Go
// connector's, but for the floor under a poll that brought nothing and the longest pause between hellos.

const second = 1000
const minute = 60 * second

const between = (least: number, most: number, millis: number): number => Math.min(most, Math.max(least, millis))

/** Before hello is said again, or how a task ended, after so many failures: 1 s, 2 s, 4 s, up to a minute. */
export const retryPause = (failures: number): number => Math.min(second * 2 ** (failures - 1), minute)

/**
 * Before the next poll, as C1 says, five minutes at most. Where the last one brought nothing, a second at least: a server
 * that names no pause must not be asked without one.
 */
export const pollPause = (toldMillis: number | undefined, tasks: number): number =>
  between(tasks === 0 ? second : 0, 5 * minute, toldMillis ?? 0)

/** Before the next poll, after so many failures in a row: 1 s, 4 s, 9 s, up to a minute. */
export const pollRetryPause = (failures: number): number => Math.min(failures ** 2 * second, minute)

/** Before the next heartbeat, as C1 says, between a second and five minutes; 30 s where it says nothing. */
export const heartbeatPause = (toldMillis: number | undefined): number =>
  toldMillis === undefined || toldMillis <= 0 ? 30 * second : between(second, 5 * minute, toldMillis)

/** For how long C1 is told again how a task ended. */
export const finishTimeout = 120 * minute
