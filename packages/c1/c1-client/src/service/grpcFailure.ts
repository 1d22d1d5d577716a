// What a gRPC call that failed means: by C1's code where it answered, else by what became of the connection.
import { Code, ConnectError } from "@connectrpc/connect"
import { excerpt } from "@rollcall/api-client"
import { C1Error } from "../C1Error.ts"
import { networkFailure } from "../networkFailure.ts"

/** Codes that will be the same next time. Every other code passes. https://grpc.io/docs/guides/status-codes */
const lasting: ReadonlyMap<Code, C1Error["reason"]> = new Map([
  [Code.Unauthenticated, "CredentialRejected"],
  [Code.PermissionDenied, "Refused"],
  [Code.InvalidArgument, "Rejected"],
  [Code.NotFound, "Rejected"],
  [Code.AlreadyExists, "Rejected"],
  [Code.FailedPrecondition, "Rejected"],
  [Code.OutOfRange, "Rejected"],
  [Code.Unimplemented, "Rejected"],
])

const hints: Partial<Record<C1Error["reason"], string>> = {
  CredentialRejected: "Check client id and secret on the connector's page in ConductorOne.",
  Refused: "Check on the connector's page in ConductorOne that this connector is set up and not disabled or deleted.",
  Rejected: "If it happens again, it is a fault of Rollcall or of ConductorOne: report it with this message.",
}

/** The failure of a call of this method. */
export const grpcFailure = (method: string, host: string, cause: unknown): C1Error => {
  const error = ConnectError.from(cause)
  if (error.cause instanceof C1Error) return error.cause
  // What Node says of the connection is more exact than the code that stands for it.
  if (error.cause instanceof Error && "code" in error.cause) return networkFailure(host, error.cause)
  const reason = lasting.get(error.code) ?? "Unavailable"
  return new C1Error({
    reason,
    message: `ConductorOne's ${method} failed with ${Code[error.code]}${error.rawMessage === "" ? "" : `: ${excerpt(error.rawMessage, 200)}`}.`,
    hint: hints[reason] ?? "It is retried automatically; if it keeps failing, check ConductorOne's status page.",
    code: error.code,
    cause: error,
  })
}
