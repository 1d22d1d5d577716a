// How a test runs a client: against a simulated C1, on a clock on which nobody waits.
import { type C1Options, type ScriptedTask, SimulatedC1 } from "@rollcall/c1-simulator"
import { yieldingClock } from "@rollcall/test-kit/virtual-time"
import type { Scope } from "effect"
import { Clock, Effect } from "effect"
import type { C1Credentials, C1Service } from "../src/index.ts"
import { clientOfC1 } from "./clientOfC1.ts"

/** Work with a client of a C1 that runs as long. Nobody waits: the clock leaps, unless another is given. */
export const inC1 = <A, E>(
  work: Effect.Effect<A, E, C1Credentials | C1Service | SimulatedC1 | Scope.Scope>,
  { c1, clock = yieldingClock() }: { readonly c1?: C1Options; readonly clock?: Clock.Clock } = {},
) =>
  work.pipe(Effect.scoped, Effect.provide(clientOfC1(c1), { local: true }), Effect.provideService(Clock.Clock, clock))

/** Puts a task at the end of C1's queue. */
export const addOne = (task: ScriptedTask) =>
  Effect.flatMap(SimulatedC1, (c1) => Effect.map(c1.addTasks([task]), ([id = ""]) => id))
