// Why a task failed, apart from how it is sent: a gRPC code, words, and whether C1 may give it again. One table for the
// errors of the core, of its store and of this client each, so that a code can be looked up.
import type { Any } from "@bufbuild/protobuf/wkt"
import { Code } from "@connectrpc/connect"
import type { C1Error } from "@rollcall/c1-client"
import type { RateLimit } from "@rollcall/c1-protocol/service"
import { rateLimitDescription } from "@rollcall/c1-protocol/service"
import type { ConnectorReasonTag, FailureKind, StoreError, SyncError } from "@rollcall/connector"
import { ConnectorError, sentenceOf } from "@rollcall/connector"
import { Clock, Data, Duration, Effect } from "effect"

/** What C1 reads where the program is at fault. What went wrong is for the program's own log. */
export const internalError = "The connector failed because of a bug. The log has the details; please report it."

/** Why a task failed, as C1 is told. */
export class TaskFailure extends Data.TaggedError("TaskFailure")<{
  /** One of gRPC's codes. https://grpc.io/docs/guides/status-codes */
  readonly code: number
  readonly message: string
  /** Whether C1 may give the task again. */
  readonly retryable: boolean
  readonly details?: ReadonlyArray<Any> | undefined
  /** What the task would have answered, where there is something to see in it. */
  readonly response?: Any | undefined
}> {}

/** The failure of a task whose payload lacks something: `malformed grant task: …`. */
export const malformed = (what: string, problem: string): TaskFailure =>
  new TaskFailure({ code: Code.InvalidArgument, message: `malformed ${what} task: ${problem}`, retryable: false })

/** The failure of a task that the worker lacks a setting for. */
export const preconditionFailed = (error: ConnectorError): TaskFailure =>
  new TaskFailure({ code: Code.FailedPrecondition, message: sentenceOf(error), retryable: false })

const codesOfReasons: Readonly<Record<ConnectorReasonTag, Code>> = {
  Refused: Code.PermissionDenied,
  NotFound: Code.NotFound,
  BadRequest: Code.InvalidArgument,
  CredentialRejected: Code.Unauthenticated,
  CursorExpired: Code.Aborted,
  Unavailable: Code.Unavailable,
  Locked: Code.Aborted,
  NotWhole: Code.Unavailable,
  UnexpectedReply: Code.Internal,
  Collateral: Code.FailedPrecondition,
  Defective: Code.Internal,
  OwnAccount: Code.FailedPrecondition,
  Braked: Code.FailedPrecondition,
}

const codesOfKinds: Readonly<Record<FailureKind, Code>> = {
  unexpected: Code.Internal,
  usage: Code.InvalidArgument,
  unreadable: Code.DataLoss,
  unavailable: Code.Unavailable,
  cannotWrite: Code.ResourceExhausted,
  interrupted: Code.Unavailable,
  busy: Code.Aborted,
  refused: Code.PermissionDenied,
  configuration: Code.InvalidArgument,
  cancelled: Code.Canceled,
}

/** Kinds that may be gone the next time. */
const passing: ReadonlySet<FailureKind> = new Set(["unavailable", "interrupted", "busy", "cancelled", "cannotWrite"])

/** What the core, its store or this client may fail with. */
export type KnownFailure = ConnectorError | SyncError | StoreError | C1Error

/**
 * What C1 is told of a failure. `retryable` is for tasks that may always be given again, such as a sync, whose cause a
 * person may have mended by then; where it is absent, the kind of failure decides.
 */
export const failureOf = Effect.fnUntraced(function* (error: KnownFailure, retryable?: true) {
  const connectorError = connectorErrorOf(error)
  const rateLimit = yield* rateLimitOf(error)
  const code = connectorError === undefined ? codeOf(error) : codesOfReasons[connectorError.reason._tag]
  return new TaskFailure({
    code,
    message: sentenceOf(error),
    retryable: retryable ?? (!isCheck(connectorError) && passing.has(error.kind)),
    details: rateLimit && [rateLimitDescription(rateLimit)],
  })
})

/** A check that failed is for a person to look at: given again, the task would find its own change made, and succeed. */
const isCheck = (error: ConnectorError | undefined): boolean =>
  error !== undefined && codesOfReasons[error.reason._tag] === Code.FailedPrecondition

const connectorErrorOf = (error: KnownFailure): ConnectorError | undefined => {
  if (error._tag === "ConnectorError") return error
  return error.cause instanceof ConnectorError ? error.cause : undefined
}

const codeOf = (error: KnownFailure): number =>
  (error._tag === "C1Error" ? error.code : undefined) ?? codesOfKinds[error.kind]

/** When the system may be called again, where it said so. */
export const rateLimitOf = Effect.fnUntraced(function* (error: KnownFailure): Effect.fn.Return<RateLimit | undefined> {
  const reason = connectorErrorOf(error)?.reason
  if (reason?._tag !== "Unavailable" || reason.retryAfter === undefined) return undefined
  return { state: "overLimit", resetAt: (yield* Clock.currentTimeMillis) + Duration.toMillis(reason.retryAfter) }
})
