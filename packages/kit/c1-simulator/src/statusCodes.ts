// gRPC's codes in the spelling of its documentation, as faults and the journal write them.
import { Code } from "@connectrpc/connect"
import { Struct } from "effect"

/** https://grpc.io/docs/guides/status-codes */
const codes = {
  CANCELLED: Code.Canceled,
  UNKNOWN: Code.Unknown,
  INVALID_ARGUMENT: Code.InvalidArgument,
  DEADLINE_EXCEEDED: Code.DeadlineExceeded,
  NOT_FOUND: Code.NotFound,
  ALREADY_EXISTS: Code.AlreadyExists,
  PERMISSION_DENIED: Code.PermissionDenied,
  RESOURCE_EXHAUSTED: Code.ResourceExhausted,
  FAILED_PRECONDITION: Code.FailedPrecondition,
  ABORTED: Code.Aborted,
  OUT_OF_RANGE: Code.OutOfRange,
  UNIMPLEMENTED: Code.Unimplemented,
  INTERNAL: Code.Internal,
  UNAVAILABLE: Code.Unavailable,
  DATA_LOSS: Code.DataLoss,
  UNAUTHENTICATED: Code.Unauthenticated,
} as const

export const statusCodeNames = Struct.keys(codes)

export const codeOf = (name: keyof typeof codes): Code => codes[name]

export const nameOf = (code: Code): string => statusCodeNames.find((name) => codes[name] === code) ?? String(code)
