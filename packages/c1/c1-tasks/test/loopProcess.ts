// The task loop as a process of its own, for what cannot be tried from within: being killed, a disk that is full, and how much
// memory it takes. It tells on its standard output, line by line, what happens.
import { C1Credentials, C1Service } from "@rollcall/c1-client"
import { openWorkFolder } from "@rollcall/c1z"
import { AuditLog } from "@rollcall/connector"
import { Clock, Effect, Layer, Redacted } from "effect"
import type { C1Event } from "../src/index.ts"
import { C1Events, taskLoop, WorkFolder } from "../src/index.ts"
import { clubhouse } from "./clubhouse.ts"
import { yieldingClock } from "@rollcall/test-kit/virtual-time"

/** What the process is told, as JSON in its environment. */
export interface LoopOrders {
  readonly clientId: string
  readonly clientSecret: string
  readonly workFolder: string
  readonly pages: number
  readonly bulk: number
  /** Nobody waits: pauses are a turn long. Time goes by as ever. */
  readonly impatient?: boolean
  /** The page before which it says so and waits for ever; absent: it waits at none. */
  readonly waitAt?: number
}

const orders: LoopOrders = JSON.parse(process.env["LOOP_ORDERS"] ?? "{}")
const { clientId, clientSecret, workFolder, pages, bulk, impatient = false, waitAt } = orders

const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))

const { connector } = clubhouse({
  pages,
  bulk,
  beforePage: (page) => (page === waitAt ? Effect.andThen(say("waiting"), Effect.never) : Effect.void),
})

let finished = 0
const tell = (event: C1Event) => {
  switch (event._tag) {
    case "TaskReceived":
      return say(`received ${event.taskId}`)
    case "Polled":
      return say("polled")
    case "FinishFailed":
      return say("finish failed")
    case "TaskFinished":
      finished++
      if (finished % 100 !== 0) return Effect.void
      globalThis.gc?.()
      return say(`heap ${process.memoryUsage().heapUsed}`)
    default:
      return Effect.void
  }
}

const now = Effect.sync(() => Date.now())
const clock = Object.assign(yieldingClock(), { currentTimeMillis: now, currentTimeMillisUnsafe: () => Date.now() })

const c1 = C1Service.layer({ hostId: "loop-process" }).pipe(
  Layer.provide(
    C1Credentials.layer({
      clientId,
      clientSecret: Effect.succeed(Redacted.make(clientSecret)),
      program: "rollcall/0.0.0",
    }),
  ),
)
const loop = taskLoop({
  connector,
  program: { name: "loop-process", version: "0.0.0" },
  provisioning: true,
}).pipe(
  Effect.provide([
    c1,
    Layer.succeed(AuditLog, { append: () => Effect.void }),
    Layer.effect(WorkFolder, openWorkFolder(workFolder)),
  ]),
  Effect.provideService(C1Events, tell),
)
await Effect.runPromise(impatient ? Effect.provideService(loop, Clock.Clock, clock) : loop)
