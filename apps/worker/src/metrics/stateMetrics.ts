// How each of several connections is, as metrics that alerts can rely on: every worker that knows a connection has them, whoever serves it,
// so that one that nobody serves is seen too.
import type { Context } from "effect"
import { Metric } from "effect"

const up = Metric.gauge("rollcall_connection_up", {
  description:
    "1 if this worker serves the connection and nothing is wrong with it; 0 if it was refused, its last sync failed, or it cannot work yet, and on workers that do not serve it.",
})
const served = Metric.gauge("rollcall_connection_served", {
  description: "1 if this worker serves the connection, 0 if another one does, or none.",
})
const paused = Metric.gauge("rollcall_connection_paused", { description: "1 if the connection is paused, 0 if not." })

/** What is measured of how a connection is. */
export interface MeasuredState {
  readonly isUp: boolean
  readonly isServed: boolean
  readonly isPaused: boolean
}

/** Shows how a connection is, read whenever the metrics are. Gives what ends that. */
export const showState = (
  connection: string,
  read: () => MeasuredState,
  shownIn: Context.Context<never>,
): (() => void) => {
  const show = (gauge: Metric.Gauge<number>, value: (state: MeasuredState) => boolean) =>
    Metric.registerUnsafe(Metric.withAttributes(gauge, { connection }), shownIn, {
      get: () => ({ value: value(read()) ? 1 : 0 }),
      update: () => undefined,
      modify: () => undefined,
    })
  const shown = [
    show(up, ({ isUp }) => isUp),
    show(served, ({ isServed }) => isServed),
    show(paused, ({ isPaused }) => isPaused),
  ]
  return () => shown.forEach((one) => one.remove())
}
