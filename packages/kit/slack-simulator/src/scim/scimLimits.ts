// Slack's published limits on SCIM, as data. All SCIM apps of a workspace share them; a call takes from the bucket of the
// organisation and from that of its class. https://docs.slack.dev/reference/scim-api/rate-limits
import { isWrite, type OperationName } from "./operations.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import { type Bucket, type Limit, retryAfterSeconds, take } from "../limits/tokenBucket.ts"

const organisation = {
  reads: { perMinute: 1000, burst: 1000 },
  writes: { perMinute: 600, burst: 180 },
} as const

const classes: Readonly<Record<string, Limit>> = {
  "GET /Users/id": { perMinute: 300, burst: 300 },
  "GET /Groups/id": { perMinute: 300, burst: 300 },
  "POST /Users": { perMinute: 180, burst: 20 },
  "PUT, PATCH /Users/id": { perMinute: 180, burst: 20 },
  "DELETE /Users/id": { perMinute: 180, burst: 20 },
  "POST /Groups": { perMinute: 180, burst: 20 },
  "PUT, PATCH /Groups/id": { perMinute: 180, burst: 80 },
  "DELETE /Groups/id": { perMinute: 180, burst: 20 },
}

/** The class of an operation; lists and descriptions have none of their own. */
const classOf: Partial<Record<OperationName, string>> = {
  "scim.users.get": "GET /Users/id",
  "scim.groups.get": "GET /Groups/id",
  "scim.users.create": "POST /Users",
  "scim.users.replace": "PUT, PATCH /Users/id",
  "scim.users.patch": "PUT, PATCH /Users/id",
  "scim.users.delete": "DELETE /Users/id",
  "scim.groups.create": "POST /Groups",
  "scim.groups.replace": "PUT, PATCH /Groups/id",
  "scim.groups.patch": "PUT, PATCH /Groups/id",
  "scim.groups.delete": "DELETE /Groups/id",
}

export interface ScimLimits {
  /** 0 when the call may pass at this time; otherwise the seconds of Retry-After. A refused call costs nothing. */
  readonly retryAfter: (operation: OperationName, nowMillis: number) => number
}

/** The limits of one simulator. */
export const makeScimLimits = ({ rateLimits, speed }: SimulatorSettings): ScimLimits => {
  const buckets = new Map<string, Bucket>()
  return {
    retryAfter: (operation, nowMillis) => {
      if (rateLimits === "off") return 0
      const shared = isWrite(operation) ? "writes" : "reads"
      const own = classOf[operation]
      const keys: ReadonlyArray<readonly [string, Limit]> = [
        [shared, organisation[shared]],
        ...(own === undefined ? [] : [[own, classes[own]!] as const]),
      ]
      const taken = keys.map(([key, limit]) => [key, take(buckets.get(key), nowMillis * speed, limit, 1)] as const)
      const waitMillis = Math.max(...taken.map(([, { waitMillis: wait }]) => wait))
      if (waitMillis > 0) return retryAfterSeconds(waitMillis, speed)
      for (const [key, { bucket }] of taken) buckets.set(key, bucket)
      return 0
    },
  }
}
