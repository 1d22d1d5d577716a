// The worker, run as a process, with other times: those of `TEST_TIMES`, in seconds, or locks in the shared database that end after a few
// seconds of silence, passes over the leases each second, and a sync that failed soon again.
import { Duration, Effect } from "effect"
import { ClusterTimes, StallPatience } from "../src/cluster/ClusterTimes.ts"
import { CallSpeed } from "../src/connection.ts"
import { ReadConnections } from "../src/connections/serveConnections.ts"
import { LeasePasses } from "../src/leases.ts"
import { runProcess } from "../src/runProcess.ts"
import { FirstRetry } from "../src/standalone/retrySync.ts"
import { worker } from "../src/worker.ts"

const times: Readonly<Record<string, number>> = {
  lockExpires: 5,
  lockRefreshed: 1.5,
  leasePasses: 1,
  readConnections: 10,
  callSpeed: 1,
  stallPatience: 180,
  firstRetry: 2,
  ...JSON.parse(process.env["TEST_TIMES"] ?? "{}"),
}
const { lockExpires, lockRefreshed, leasePasses, readConnections, callSpeed, stallPatience, firstRetry } = times
const seconds = (count: number | undefined) => Duration.seconds(count ?? 0)

const stop = runProcess(
  worker([]).pipe(
    Effect.provideService(ClusterTimes, { lockExpires: seconds(lockExpires), lockRefreshed: seconds(lockRefreshed) }),
    Effect.provideService(StallPatience, seconds(stallPatience)),
    Effect.provideService(FirstRetry, seconds(firstRetry)),
    Effect.provideService(LeasePasses, seconds(leasePasses)),
    Effect.provideService(ReadConnections, seconds(readConnections)),
    Effect.provideService(CallSpeed, callSpeed ?? 1),
  ),
)
process.once("SIGTERM", stop)
