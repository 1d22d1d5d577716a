// Whether the worker is ready: what `/ready` tells Kubernetes.
import { Context, Effect, Layer, Ref } from "effect"

/** `Starting` until work can be done, `Stopping` once a signal has come. `because` says why it is not ready. */
export type ReadinessState =
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
