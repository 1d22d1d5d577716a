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

// What is loaded at the start would make the young generation grow to sizes that a worker that waits has no use for: 5 MB.
process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=1")

const args = process.argv.slice(2)
const [first, ...rest] = args
const invocation = { args, environment: process.env }

const start = async (): Promise<void> => {
  const { mayNameConnector, nodeProblem, openBundle } = await import("@rollcall/host/open-bundle")
  const { answer, give, screenOf } = await import("@rollcall/host/answers")
  const problem = nodeProblem(process.versions.node)
  if (problem !== undefined) return give({ out: "", err: problem, code: 78 })
  if (first !== "health") {
    const open = openBundle(import.meta.url, invocation)
    if (open !== undefined) return void (await import(open))
    const found = mayNameConnector(invocation)
      ? undefined
      : answer(new URL("./answers/", import.meta.url), args, screenOf(process.stdout))
    // A failure is a line of the log, which is not there yet.
    if (found?.code === 0) return give(found)
  }
  const { runProcess } = await import("./runProcess.ts")
  const program =
    first === "health" ? (await import("./health/probe.ts")).probe(rest) : (await import("./worker.ts")).worker(args)
  // A signal that came while all this was loaded is heard now, before any work begins.
  await new Promise((resolve) => setImmediate(resolve))
  stop = runProcess(program)
}

await start()
