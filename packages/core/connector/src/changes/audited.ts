// A write between its two lines in the audit log. The second is written whatever happens, an interruption included. It is not
// applied twice: where its reply was lost, a read tells whether it took effect, and only where it did not is it sent once
// more.
import { Cause, Clock, Data, Effect, Exit } from "effect"
import type { AuditEntry } from "../AuditLog.ts"
import { AuditLog, AuditOrigin, connectionInAudit, randomId } from "../AuditLog.ts"
import type { Tenant } from "../Connector.ts"
import type { ConnectorReasonTag } from "../ConnectorError.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { StoreError } from "../StoreError.ts"
import type { BrakedRequest } from "./brakes.ts"
import { beginWithin } from "./brakes.ts"

/** What a write is about. */
interface AuditedWrite extends Pick<AuditEntry, "intent" | "target"> {
  readonly tenant: Tenant
  /** In place of the reason of the whole run. */
  readonly statedReason?: string | undefined
}

/** Appends entries about one write. */
export type AppendEntry = (
  outcome: AuditEntry["outcome"],
  reason?: string,
  vanished?: ReadonlyArray<string>,
) => Effect.Effect<void, StoreError>

/** The entries of one write: the same request id, each with its own time. */
export const auditEntries = Effect.fnUntraced(function* ({ intent, target, tenant, ...write }: AuditedWrite) {
  const log = yield* AuditLog
  const { osUser, statedReason: ofTheRun, ticket, planId, approvedBy, lease } = yield* AuditOrigin
  const connection = yield* connectionInAudit
  const statedReason = write.statedReason ?? ofTheRun
  const requestId = yield* randomId(2)
  const append: AppendEntry = (outcome, reason, vanished) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      log.append({
        time: new Date(now).toISOString(),
        requestId,
        actor: tenant.actor ?? "unknown",
        tenant: tenant.id,
        ...connection,
        ...(osUser === undefined ? {} : { osUser }),
        ...(statedReason === undefined ? {} : { statedReason }),
        ...(ticket === undefined ? {} : { ticket }),
        ...(planId === undefined ? {} : { planId }),
        ...(approvedBy === undefined ? {} : { approvedBy }),
        ...(lease === undefined ? {} : { lease }),
        intent,
        target,
        outcome,
        ...(reason === undefined ? {} : { reason }),
        ...(vanished === undefined ? {} : { vanished }),
      }),
    )
  return append
})

/** A write that was sent, and of which the log could not note what came of it. */
export class Unrecorded extends Data.TaggedError("Unrecorded")<{ readonly log: StoreError }> {
  /** The same as a failure of the write. */
  get asFailure(): ConnectorError {
    return new ConnectorError({
      reason: { _tag: "Unavailable", scope: "system" },
      message: `The change was sent, but its outcome could not be recorded: ${this.log.message}`,
      hint: this.log.hint,
      uncertain: true,
      cause: this.log,
    })
  }
}

/**
 * Runs the write between `begun` and what came of it. A `StoreError` says that `begun` could not be recorded, and `Braked` that what others
 * did meanwhile leaves no room for it; either way nothing was sent.
 */
export const audited = <A extends { readonly outcome: "changed" | "already" }, R>(
  append: AppendEntry,
  write: Effect.Effect<A, ConnectorError, R>,
  request: BrakedRequest,
): Effect.Effect<A, ConnectorError | StoreError | Unrecorded, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.andThen(
      beginWithin(request, Effect.mapError(append("begun"), nothingSent)),
      Effect.onExit(restore(write), (exit) =>
        Effect.mapError(appendOutcome(append, exit), (log) => new Unrecorded({ log })),
      ),
    ),
  )

const appendOutcome = (
  append: AppendEntry,
  exit: Exit.Exit<{ readonly outcome: "changed" | "already" }, ConnectorError>,
) => {
  if (Exit.isSuccess(exit)) return append(exit.value.outcome)
  const failure = Cause.findErrorOption(exit.cause)
  if (failure._tag === "None") return append("unknown", "interrupted while the request was running")
  return append(failure.value.uncertain === true ? "unknown" : "failed", inOurWords[failure.value.reason._tag])
}

/** What a failure says may quote the system, and so names and addresses, which the log never holds. */
const inOurWords: Readonly<Record<ConnectorReasonTag, string>> = {
  Refused: "the system refused it",
  NotFound: "the system does not know an id that it names",
  BadRequest: "it names an id that is not valid",
  CredentialRejected: "the credential was rejected",
  CursorExpired: "the system no longer took the cursor",
  Unavailable: "the system was not asked, did not answer, or failed",
  Locked: "another change of the same object was being written",
  NotWhole: "a list could not be read in full",
  UnexpectedReply: "the answer is not a known one",
  Collateral: "others lost the entitlement while it was changed",
  Defective: "the system did not take what was sent, or the connector failed",
  OwnAccount: "it would take access from the account that acts",
  Braked: "the settings allow no such change",
}

const nothingSent = ({ reason, message, hint, cause }: StoreError) =>
  new StoreError({
    reason,
    message: `${message} No change begins that cannot be recorded there.`,
    hint,
    ...(cause === undefined ? {} : { cause }),
  })

/**
 * The failure of a read that would have told what came of a write, as the failure of the write, which may have taken effect. `what`
 * begins its message.
 */
export const leftOpen =
  (what: string) =>
  (cause: ConnectorError): ConnectorError =>
    new ConnectorError({
      reason: cause.reason,
      message: `${what}: ${cause.message}`,
      hint: cause.hint,
      uncertain: true,
      cause,
    })

/**
 * Sends. Where the reply was lost, `read` looks at how things stand, and `foundIn` says what came of the write: nothing where
 * it did not take effect and is to be sent once more, or a failure where it is not. Where the read fails too, the write stays
 * `uncertain`.
 */
export const writeOnce = <A, B, R>(
  send: Effect.Effect<A, ConnectorError, R>,
  read: Effect.Effect<B, ConnectorError, R>,
  foundIn: (seen: B, lost: ConnectorError) => A | ConnectorError | undefined,
): Effect.Effect<A, ConnectorError, R> =>
  Effect.catchIf(
    send,
    (error) => error.uncertain === true,
    Effect.fnUntraced(function* (lost) {
      const found = foundIn(yield* Effect.mapError(read, unread), lost)
      if (found === undefined) return yield* send
      return found instanceof ConnectorError ? yield* found : found
    }),
  )

const unread = leftOpen("It was sent without an answer, and reading the outcome failed")

/**
 * Takes the failure of each object in turn, or `undefined`, and returns the one that opens the circuit: the second in a row. A
 * failure of a server (5xx) may be about one object alone; the second one in a row is taken to be about the rest as well.
 */
export const makeCircuitBreaker = () => {
  // Effect's own `CircuitBreaker` closes again after a time, is experimental and is outside the module `effect`; a run of
  // changes ends instead, and another run tries again.
  let before: ConnectorError | undefined
  return (failure: ConnectorError | undefined): ConnectorError | undefined => {
    const opening = before === undefined ? undefined : failure
    before = failure
    return opening
  }
}
