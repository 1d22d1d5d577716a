// Faults that answer a SCIM call in Slack's place, in the shapes of its version.
import { jsonReply, type SimulatorReply } from "../http/exchange.ts"
import type { ScimPath } from "./operations.ts"
import { scimError, scimErrorReply, statusOf } from "./scimError.ts"
import type { FaultKind } from "../faults/Fault.ts"
import { htmlReply } from "../faults/faultReply.ts"

/** The reply that a fault gives in place of the operation's own; undefined for faults that give none. */
export const scimReplyOfFault = (fault: FaultKind, { version, operation }: ScimPath): SimulatorReply | undefined => {
  switch (fault.kind) {
    case "rateLimited": {
      const seconds = fault.retryAfter === undefined ? 30 : fault.retryAfter
      return scimError(version, "too_many_requests", seconds === null ? {} : { "retry-after": String(seconds) })
    }
    case "htmlError":
      return htmlReply(fault.status ?? 500)
    case "error":
      return scimErrorReply(version, fault.error, fault.status ?? statusOf(fault.error))
    case "wrongShape": {
      const data = operation.endsWith(".list") ? ["Resources"] : ["id", "active", "members"]
      const unexpected = Object.fromEntries(data.map((name) => [name, { unexpected: true }]))
      return jsonReply(JSON.stringify(fault.body === undefined ? unexpected : fault.body))
    }
    default:
      return undefined
  }
}
