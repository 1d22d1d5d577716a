// The exit code of each kind of failure (sysexits.h numbers where one fits), the same for every app.
import type { FailureKind } from "./Failure.ts"

/** Exit codes by kind of failure. */
export const exitCodes: Readonly<Record<FailureKind, number>> = {
  unexpected: 1,
  usage: 64,
  unreadable: 65,
  unavailable: 69,
  cannotWrite: 74,
  interrupted: 75,
  busy: 75,
  refused: 77,
  configuration: 78,
  cancelled: 130,
}
