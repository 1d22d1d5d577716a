// Ends all leases whose time is over, once.
import type { Connector, Failure, FailureKind } from "@rollcall/connector"
import { exitCodes, sentenceOf } from "@rollcall/connector"
import { clockSkew } from "@rollcall/host/changes"
import type { EndedLeases } from "@rollcall/plan"
import { endLeases } from "@rollcall/plan"
import { Effect, Schema, Stream } from "effect"
import { ExitWith } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import type { Writing } from "./extending.ts"
import { writing } from "./extending.ts"
import type { ShownLease } from "./listing.ts"
import { leaseListing } from "./listing.ts"

/** Ends what is over, once, and prints what came of it. */
export const expire = Effect.fn("Leases.expire")(function* (
  connector: Connector,
  options: Writing & { readonly format: OutputFormat },
) {
  const pass = yield* writing(options)(Effect.provide(endLeases(connector), clockSkew))
  const { ended, failed, blocked, stopReason, clock } = pass
  const shown: ReadonlyArray<ShownLease> = [
    ...ended.map((lease) => ({ lease, outcome: "ended", why: lease.closedAs })),
    ...failed.map((lease) => ({ lease, outcome: "failed", why: lease.lastFailure })),
    ...blocked.map(({ lease, why }) => ({ lease, outcome: "blocked", why: sentenceOf(why) })),
  ]
  yield* printListing(leaseListing({ outcomes: true }), Stream.fromIterable(shown), options.format)
  if (clock !== undefined) return yield* clockError(clock)
  if (stopReason !== undefined) return yield* stopReason
  if (failed.length > 0) return yield* new ExitWith({ code: exitCodes.unexpected })
  if (blocked.length > 0) return yield* new ExitWith({ code: exitCodes.refused })
})

/** Nothing ends by a clock that may be wrong. */
class ClockError
  extends Schema.TaggedError<ClockError>()("ClockError", {
    known: Schema.Boolean,
    message: Schema.String,
    hint: Schema.String,
  })
  implements Failure
{
  get kind(): FailureKind {
    return this.known ? "configuration" : "unavailable"
  }
}

const clockError = ({ skew }: NonNullable<EndedLeases["clock"]>) =>
  skew === undefined
    ? new ClockError({
        known: false,
        message: "Nothing was ended: no reply has told the system's time.",
        hint: "Try again; access ends only where this machine's clock is known to be right.",
      })
    : new ClockError({
        known: true,
        message: `Nothing was ended: this machine's clock and the system's differ by ${Math.round(Math.abs(skew) / 1000)} seconds.`,
        hint: "Set the clock of this machine, then run the same again.",
      })
