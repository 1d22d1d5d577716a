// How a run of changes ends: with which exit code, and what is said about it.
import type { AppliedChanges, ConnectorError, Failure, FailureKind } from "@rollcall/connector"
import { exitCodes } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { ExitWith } from "../errors.ts"
import type { WithOutcome } from "./outcomes.ts"

/** A change, or a run of them, that stopped midway; running it again completes it. */
class StoppedEarly
  extends Schema.TaggedError<StoppedEarly>()("StoppedEarly", {
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.Defect(),
  })
  implements Failure
{
  get kind(): FailureKind {
    return "interrupted"
  }
}

const again = "Run the same command again: what was done is skipped."

/** What decides how a run of changes or of an action ends. */
interface Verdicts extends Pick<AppliedChanges, "stopReason"> {
  readonly results: ReadonlyArray<WithOutcome>
}

/**
 * Fails where the run did not go well. A single change fails as what it met. Of several, some failures end with 1, and
 * a run that stopped early with 75, unless nothing was begun or the audit log cannot be written.
 */
export const verdictOf = (
  { results, stopReason }: Verdicts,
  { single }: { readonly single: boolean },
): Effect.Effect<void, Failure | ExitWith> => {
  const failures = results.flatMap((result) => (result.outcome === "failed" ? [result.failure] : []))
  const [first] = failures
  if (stopReason?._tag === "StoreError" || stopReason?.reason._tag === "Collateral") return Effect.fail(stopReason)
  if (single && first !== undefined) return Effect.fail(failureOf(first))
  if (stopReason !== undefined) {
    const nothingBegun = results.every((result) => result.outcome === "notTried")
    return Effect.fail(nothingBegun ? stopReason : stoppedBy(stopReason))
  }
  return first === undefined ? Effect.void : Effect.fail(new ExitWith({ code: exitCodes.unexpected }))
}

/** A write that may have taken effect is one to run again, whatever kept its outcome from us. */
const failureOf = (failure: ConnectorError): ConnectorError | StoppedEarly =>
  failure.uncertain === true
    ? new StoppedEarly({ message: failure.message, hint: `${failure.hint} ${again}`, cause: failure })
    : failure

const stoppedBy = (cause: ConnectorError) =>
  new StoppedEarly({ message: `The run stopped early: ${cause.message}`, hint: `${cause.hint} ${again}`, cause })
