// Whether the worker is ready, what `/ready` tells Kubernetes, and what changes it: what happens between the worker and
// ConductorOne, and a signal.
import type { C1Event } from "@rollcall/c1-tasks"
import { sentenceOf } from "@rollcall/connector"
import { Context, Effect, Fiber, Layer, Ref } from "effect"

/** `Starting` until work can be done, `Stopping` once a signal has come. `because` says why it is not ready. */
type ReadinessState =
  | { readonly _tag: "Starting"; readonly because: string }
  | { readonly _tag: "Ready" }
  | { readonly _tag: "Stopping" }

/** The one state of readiness of the process. */
export class Readiness extends Context.Service<
  Readiness,
  {
    readonly state: Effect.Effect<ReadinessState>
    readonly set: (state: ReadinessState) => Effect.Effect<void>
  }
>()("@rollcall/worker/Readiness") {
  static readonly layer: Layer.Layer<Readiness> = Layer.effect(
    Readiness,
    Effect.map(Ref.make<ReadinessState>({ _tag: "Starting", because: "it has just been started" }), (ref) => ({
      state: Ref.get(ref),
      set: (state) => Ref.set(ref, state),
    })),
  )
}

/** Ready once ConductorOne has taken the first hello. */
export const readinessAfter = ({ set }: Readiness["Service"], event: C1Event): Effect.Effect<void> => {
  switch (event._tag) {
    case "HelloAccepted":
      return event.taskId === undefined ? set({ _tag: "Ready" }) : Effect.void
    case "HelloFailed":
      return event.taskId === undefined ? set({ _tag: "Starting", because: sentenceOf(event.error) }) : Effect.void
    default:
      return Effect.void
  }
}

/** Does the work. Where it is interrupted, the log and `/ready` say so first. */
export const untilStopped = Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
  const { set } = yield* Readiness
  const working = yield* Effect.forkChild(work)
  const stop = set({ _tag: "Stopping" }).pipe(
    Effect.andThen(Effect.logInfo("Stopping.")),
    Effect.andThen(Fiber.interrupt(working)),
  )
  return yield* Effect.onInterrupt(Fiber.join(working), () => stop)
})
