// How late a worker's signs of life come, by the clock and seen from outside: its answers to probes, and its heartbeats.
import { readFileSync } from "node:fs"
import { get } from "node:http"
import { createServer } from "node:net"
import { once } from "node:events"

/** The latest of each, in milliseconds; a heartbeat is late beyond the pause that was asked for. */
export interface Lateness {
  readonly probe: number
  readonly heartbeat: number
}

/** How often it is looked. */
const everyMilliseconds = 100

/** Asks `/live` on the port, and looks for heartbeats in what a simulated ConductorOne writes down. Gives how to end it. */
export const watchSignsOfLife = (port: number, capturedFile: string, heartbeatMillis: number): (() => Lateness) => {
  const probes: Array<number> = []
  const ask = () => {
    const asked = performance.now()
    get({ port, path: "/live" }, (answer) => {
      answer.resume()
      probes.push(performance.now() - asked)
    }).on("error", () => undefined) // Before it listens, and after it has ended.
  }

  const heartbeats: Array<number> = []
  let seen = 0
  let last = 0
  const look = () => {
    const beats = readFileSync(capturedFile, "utf8").split('"call":"Heartbeat"').length - 1
    if (beats === seen) return
    const now = performance.now()
    if (seen > 0) heartbeats.push(now - last - heartbeatMillis)
    seen = beats
    last = now
  }

  const timers = [setInterval(ask, everyMilliseconds), setInterval(look, everyMilliseconds)]
  return () => {
    for (const timer of timers) clearInterval(timer)
    if (probes.length === 0 || heartbeats.length === 0) throw new Error("The worker gave no sign of life.")
    return { probe: Math.max(...probes), heartbeat: Math.max(...heartbeats) }
  }
}

/** A port of this machine that nothing listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (typeof address !== "object" || address === null) throw new Error("A port was asked for and none was given.")
  return address.port
}
