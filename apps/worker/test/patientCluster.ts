// The worker, run as a process, whose locks in the shared database outlast any test: another one takes over only what is handed over.
import { Duration, Effect } from "effect"
import { ClusterTimes } from "../src/cluster/shareConnections.ts"
import { runProcess } from "../src/runProcess.ts"
import { worker } from "../src/worker.ts"

const stop = runProcess(
  worker([]).pipe(
    Effect.provideService(ClusterTimes, { lockExpires: Duration.minutes(20), lockRefreshed: Duration.seconds(2) }),
  ),
)
process.on("SIGTERM", stop)
