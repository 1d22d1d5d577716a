// When to stop calling a server that fails. A failure of a server (5xx) may be about one object alone; the second one in a
// row is taken to be about the rest as well. Effect's own `CircuitBreaker` closes again after a time, is experimental and is
// outside the module `effect`; a run of changes ends instead, and another run tries again.
import type { ConnectorError } from "../ConnectorError.ts"

/** Takes the failure of each object in turn, or `undefined`, and returns the one that opens the circuit: the second in a row. */
export const makeCircuitBreaker = () => {
  let before: ConnectorError | undefined
  return (failure: ConnectorError | undefined): ConnectorError | undefined => {
    const opening = before === undefined ? undefined : failure
    before = failure
    return opening
  }
}
