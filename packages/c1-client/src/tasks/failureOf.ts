// From the errors of the core, its store and this client to what C1 is told. One table for each, so that a code can be
// looked up.
import { create } from "@bufbuild/protobuf"
import type { Any } from "@bufbuild/protobuf/wkt"
import { anyPack, timestampFromMs } from "@bufbuild/protobuf/wkt"
import { Code } from "@connectrpc/connect"
import { RateLimitDescription_Status, RateLimitDescriptionSchema } from "@rollcall/c1-protocol/messages"
import type { FailureKind, StoreError, SyncError } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { C1Error } from "../C1Error.ts"
import { TaskFailure } from "./TaskResult.ts"

const codesOfReasons: Readonly<Record<ConnectorError["reason"], Code>> = {
  Refused: Code.PermissionDenied,
  NotFound: Code.NotFound,
  BadRequest: Code.InvalidArgument,
  CredentialRejected: Code.Unauthenticated,
  CursorExpired: Code.Aborted,
  Unavailable: Code.Unavailable,
  Locked: Code.Aborted,
  UnexpectedReply: Code.Internal,
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
  const connectorError = error._tag === "ConnectorError" ? error : causeOf(error)
  const details = connectorError === undefined ? [] : yield* rateLimit(connectorError)
  return new TaskFailure({
    code: connectorError === undefined ? codeOf(error) : codesOfReasons[connectorError.reason],
    message: `${error.message} ${error.hint}`,
    retryable: retryable ?? passing.has(error.kind),
    ...(details.length === 0 ? {} : { details }),
  })
})

const causeOf = (error: KnownFailure): ConnectorError | undefined =>
  error.cause instanceof ConnectorError ? error.cause : undefined

const codeOf = (error: KnownFailure): number =>
  (error._tag === "C1Error" ? error.code : undefined) ?? codesOfKinds[error.kind]

/** When the system may be called again, where it said so. */
const rateLimit = Effect.fnUntraced(function* ({ retryAfterMillis }: ConnectorError) {
  if (retryAfterMillis === undefined) return []
  const resetAt = timestampFromMs((yield* Clock.currentTimeMillis) + retryAfterMillis)
  const description = create(RateLimitDescriptionSchema, { status: RateLimitDescription_Status.OVERLIMIT, resetAt })
  return [anyPack(RateLimitDescriptionSchema, description)] satisfies ReadonlyArray<Any>
})
