#!/usr/bin/env node
// The entry of the worker. `health` is what an exec probe runs every few seconds, so it loads nothing of the rest.
import { runProcess } from "./runProcess.ts"

const [first, ...rest] = process.argv.slice(2)

if (first === "health") {
  const { probe } = await import("./health/probe.ts")
  runProcess(probe(rest))
} else {
  const { worker } = await import("./worker.ts")
  runProcess(worker(process.argv.slice(2)))
}
