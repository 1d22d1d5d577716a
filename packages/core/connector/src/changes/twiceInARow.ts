// When to give up on a server that fails. A failure of a server (5xx) may be about one object alone; met again at once, it is
// taken to be about the rest as well.
import type { ConnectorError } from "../ConnectorError.ts"

/** Told what each of several tries met, gives the trouble back where the try before it had met some too. */
export const twiceInARow = () => {
  let before: ConnectorError | undefined
  return (trouble: ConnectorError | undefined): ConnectorError | undefined => {
    const metTwice = before === undefined ? undefined : trouble
    before = trouble
    return metTwice
  }
}
