// The worker, run as a process, that looks again at once: passes over the leases, and reads of the connections, follow each other.
import { Effect } from "effect"
import { ReadConnections } from "../src/connections/serveConnections.ts"
import { LeasePasses } from "../src/leases.ts"
import { runProcess } from "../src/runProcess.ts"
import { worker } from "../src/worker.ts"

runProcess(
  worker([]).pipe(Effect.provideService(LeasePasses, "50 millis"), Effect.provideService(ReadConnections, "50 millis")),
)
