// The worker, run as a process, whose locks in the shared database end after a few seconds of silence, and which passes over leases each second.
import { Duration, Effect } from "effect"
import { ClusterTimes } from "../src/cluster/shareConnections.ts"
import { LeasePasses } from "../src/leases.ts"
import { runProcess } from "../src/runProcess.ts"
import { worker } from "../src/worker.ts"

const stop = runProcess(
  worker([]).pipe(
    Effect.provideService(ClusterTimes, { lockExpires: Duration.seconds(5), lockRefreshed: Duration.millis(1500) }),
    Effect.provideService(LeasePasses, "1 second"),
  ),
)
process.once("SIGTERM", stop)
