#!/usr/bin/env node
// The entry of the worker. SIGTERM, as Kubernetes sends it to stop a pod, is its ordinary end from here on: whatever else
// is loaded, which takes a good part of a second, is loaded later. `health` is what an exec probe runs every few seconds,
// so it loads nothing of the rest.
let stop = (): void => process.exit(0)
let isStopped = false
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  // Those of the lean bundle, where this is the open one that takes over.
  process.removeAllListeners(signal)
  process.on(signal, () => {
    // A second signal changes nothing: the work is already coming to its end.
    if (!isStopped) stop()
    isStopped = true
  })
}

const args = process.argv.slice(2)
const [first, ...rest] = args
const { nodeProblem, openBundle } = await import("@rollcall/host/open-bundle")
const open = first === "health" ? undefined : openBundle(import.meta.url, { args, environment: process.env })
const problem = nodeProblem(process.versions.node)
if (problem !== undefined) {
  process.stderr.write(problem)
  process.exitCode = 78
} else if (open !== undefined) await import(open)
else {
  const { runProcess } = await import("./runProcess.ts")
  const program =
    first === "health" ? (await import("./health/probe.ts")).probe(rest) : (await import("./worker.ts")).worker(args)
  // A signal that came while all this was loaded is heard now, before any work begins.
  await new Promise((resolve) => setImmediate(resolve))
  stop = runProcess(program)
}
