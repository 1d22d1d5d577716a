#!/usr/bin/env node
// The entry of the worker. SIGTERM, as Kubernetes sends it to stop a pod, is its ordinary end from here on: whatever else
// is loaded, which takes a good part of a second, is loaded later. `health` is what an exec probe runs every few seconds,
// so it loads nothing of the rest.
let stop = (): void => process.exit(0)
let isStopped = false
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    // A second signal changes nothing: the work is already coming to its end.
    if (!isStopped) stop()
    isStopped = true
  })
}

const { runProcess } = await import("./runProcess.ts")
const [first, ...rest] = process.argv.slice(2)
const program =
  first === "health"
    ? (await import("./health/probe.ts")).probe(rest)
    : (await import("./worker.ts")).worker(process.argv.slice(2))
// A signal that came while all this was loaded is heard now, before any work begins.
await new Promise((resolve) => setImmediate(resolve))
stop = runProcess(program)
