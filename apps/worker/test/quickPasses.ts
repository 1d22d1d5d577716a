// The worker, run as a process, whose passes over the leases follow each other at once.
import { Effect } from "effect"
import { LeasePasses } from "../src/leases.ts"
import { runProcess } from "../src/runProcess.ts"
import { worker } from "../src/worker.ts"

runProcess(Effect.provideService(worker([]), LeasePasses, "50 millis"))
