// The worker, run as a process, whose locks in the shared database end after a few seconds of silence.
import { Duration, Effect } from "effect"
import { ClusterTimes } from "../src/cluster/shareConnections.ts"
import { runProcess } from "../src/runProcess.ts"
import { worker } from "../src/worker.ts"

runProcess(
  worker([]).pipe(
    Effect.provideService(ClusterTimes, { lockExpires: Duration.seconds(5), lockRefreshed: Duration.millis(1500) }),
  ),
)
