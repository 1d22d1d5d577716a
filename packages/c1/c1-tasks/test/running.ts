// How a test runs what is tested: against a simulated C1, and the task loop with every event and every line of the audit log
// written down.
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "@effect/vitest"
import { C1Credentials, C1Service } from "@rollcall/c1-client"
import { openWorkFolder } from "@rollcall/c1z"
import type { Connector } from "@rollcall/connector"
import { AuditLog } from "@rollcall/connector"
import { type C1Options, type ScriptedTask, SimulatedC1 } from "@rollcall/c1-simulator"
import type { Scope } from "effect"
import { Clock, Effect, Fiber, Layer, Redacted } from "effect"
import { setDefaultCACertificates } from "node:tls"
import type { C1Event, TaskLoopOptions } from "../src/index.ts"
import { C1Events, taskLoop, WorkFolder } from "../src/index.ts"
import { yieldingClock } from "@rollcall/test-kit/virtual-time"

/** The clock on the wall, by which files have their times, and which other processes go by. */
export const wallClock = Clock.Clock.defaultValue()

/** The client, and the C1 that it is a client of. This process trusts that one, and no one else. */
const clientOfC1 = (options: C1Options = {}) => {
  const credentials = Effect.map(SimulatedC1, ({ clientId, clientSecret, ca }) => {
    setDefaultCACertificates([ca])
    return C1Credentials.layer({
      clientId,
      clientSecret: Effect.succeed(Redacted.make(clientSecret)),
      program: "rollcall/0.0.0",
    })
  })
  return C1Service.layer({ hostId: "test-host" }).pipe(
    Layer.provideMerge(Layer.unwrap(credentials)),
    Layer.provideMerge(SimulatedC1.layer({ nextPollMillis: 1, ...options })),
  )
}

/** Work with a client of a C1 that runs as long. Nobody waits: the clock leaps, unless another is given. */
export const inC1 = <A, E>(
  work: Effect.Effect<A, E, C1Credentials | C1Service | SimulatedC1 | Scope.Scope>,
  { c1, clock = yieldingClock() }: { readonly c1?: C1Options; readonly clock?: Clock.Clock } = {},
) =>
  work.pipe(Effect.scoped, Effect.provide(clientOfC1(c1), { local: true }), Effect.provideService(Clock.Clock, clock))

/** A fresh folder, which goes with the test. */
export const freshFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-c1-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What is left of syncs in a work folder; how much was uploaded last stays there too. */
export const leftOfSyncs = (workFolder: string): ReadonlyArray<string> =>
  readdirSync(workFolder).filter((name) => !name.startsWith("upload-"))

/** A loop that runs until the test ends, or stops it. */
export const startLoop = Effect.fnUntraced(function* (
  connector: Connector,
  options: Partial<TaskLoopOptions> & { readonly workFolder?: string } = {},
) {
  const events: Array<C1Event> = []
  const audit: Array<string> = []
  const { workFolder = freshFolder(), ...rest } = options
  const fiber = yield* taskLoop({
    connector,
    program: { name: "@rollcall/test", version: "1.2.3" },
    provisioning: true,
    ...rest,
  }).pipe(
    Effect.provideService(C1Events, (event) => Effect.sync(() => void events.push(event))),
    Effect.provideService(AuditLog, {
      append: ({ intent, outcome }) => Effect.sync(() => void audit.push(`${intent} ${outcome}`)),
    }),
    Effect.provide(Layer.effect(WorkFolder, openWorkFolder(workFolder))),
    Effect.forkScoped,
  )
  const told = <Tag extends C1Event["_tag"]>(tag: Tag) =>
    events.filter((event): event is Extract<C1Event, { _tag: Tag }> => event._tag === tag)
  return { events, audit, told, workFolder, stop: Fiber.interrupt(fiber), ended: Fiber.await(fiber) }
})

/** Puts a task at the end of C1's queue. */
export const addOne = (task: ScriptedTask) =>
  Effect.flatMap(SimulatedC1, (c1) => Effect.map(c1.addTasks([task]), ([id = ""]) => id))

/** Waits, turn by turn, for what C1 does not see. */
export const eventually = (holds: () => boolean) =>
  Effect.repeat(
    Effect.promise(() => new Promise((resolve) => void setImmediate(resolve))),
    { until: holds },
  )
