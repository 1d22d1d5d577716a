// What stands before each write at the last moment. Between the decision to write and the sending, a call waits for its limits, for others of
// the same object and for its retries; whether it may write still, only somebody outside knows.
import { Context, Effect, Schema } from "effect"

/** Why a write may not go out: what happened and why, and what to do, each in a sentence. */
export interface FenceProblem {
  readonly message: string
  readonly hint: string
}

/**
 * Is run directly before each attempt of a call that is not `idempotent`, after it has waited for its limits: where it fails, that attempt is not
 * sent, and the call fails with `Fenced`. Does nothing by default. The one that is provided where the call is made counts.
 */
export const WriteFence = Context.Reference<Effect.Effect<void, FenceProblem>>("@rollcall/api-client/WriteFence", {
  defaultValue: () => Effect.void,
})

/**
 * The write was not sent, since its fence did not let it through, and had not taken effect before. The words are the fence's own.
 */
export const Fenced = Schema.TaggedStruct("Fenced", { problem: Schema.String, remedy: Schema.String })
export type Fenced = typeof Fenced.Type

/** Asks the fence. */
export const askFence: Effect.Effect<void, { readonly reason: Fenced; readonly cause: unknown }> = Effect.flatMap(
  WriteFence,
  (fence) =>
    Effect.mapError(fence, (problem) => ({
      reason: { _tag: "Fenced" as const, problem: problem.message, remedy: problem.hint },
      cause: problem,
    })),
)
