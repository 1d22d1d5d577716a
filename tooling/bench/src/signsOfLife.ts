// How late a worker's signs of life come, by the clock and seen from outside: its answers to probes, and its heartbeats.
import { readFileSync } from "node:fs"
import { get } from "node:http"
import { Effect } from "effect"

/** How often a probe is sent. */
const everyMilliseconds = 100

/**
 * Asks `/live` on the port for the length of the scope. What it gives tells how long the longest wait for an answer took so
 * far, in milliseconds: one that still lasts counts, and one that an error ended, since a worker that hangs answers nothing.
 */
export const watchProbes = (port: number) =>
  Effect.gen(function* () {
    const waits: Array<number> = []
    const open = new Set<number>()
    // Before it listens, nobody waits for it.
    let hasAnswered = false
    const ask = () => {
      const asked = performance.now()
      open.add(asked)
      const ended = () => {
        if (open.delete(asked) && hasAnswered) waits.push(performance.now() - asked)
      }
      get({ port, path: "/live" }, (answer) => {
        answer.resume()
        hasAnswered = true
        ended()
      }).on("error", ended)
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => setInterval(ask, everyMilliseconds)),
      (timer) => Effect.sync(() => clearInterval(timer)),
    )
    return () => {
      const now = performance.now()
      return latest(hasAnswered ? [...waits, ...[...open].map((asked) => now - asked)] : [])
    }
  })

/**
 * By how much the latest heartbeat was late beyond the pause that was asked for, in milliseconds; `capturedFile` is what a
 * simulated ConductorOne wrote down.
 */
export const latestHeartbeat = (capturedFile: string, heartbeatMillis: number): number => {
  const beats = readFileSync(capturedFile, "utf8")
    .trimEnd()
    .split("\n")
    .map((line): { readonly call: string; readonly at: number } => JSON.parse(line))
    .filter(({ call }) => call === "Heartbeat")
  return latest(beats.slice(1).map(({ at }, index) => at - (beats[index]?.at ?? 0) - heartbeatMillis))
}

const latest = (times: ReadonlyArray<number>): number => {
  if (times.length === 0) throw new Error("The worker gave no sign of life.")
  return Math.max(...times)
}
