// The port of the server, on this machine alone.
import type { Failure, FailureKind } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Schema } from "effect"
import type { Server } from "node:http"

/** The address that the server is reached by, and no other. */
export const address = "127.0.0.1"

/** The server cannot listen on the port. */
export class ListenError
  extends Schema.TaggedError<ListenError>()("ListenError", {
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.Defect(),
  })
  implements Failure
{
  get kind(): FailureKind {
    return "configuration"
  }
}

/** Listens on a port, 0 for a free one, as long as the scope lasts. Gives the port. */
export const listenOn = (server: Server, port: number): Effect.Effect<number, ListenError, Scope.Scope> =>
  Effect.acquireRelease(listen(server, port), () => close(server))

const listen = (server: Server, port: number): Effect.Effect<number, ListenError> =>
  Effect.callback((resume) => {
    server.once("error", (cause) =>
      resume(
        Effect.fail(
          new ListenError({
            message: `The explorer cannot listen on ${address}, port ${port}: ${problemOf(cause)}.`,
            hint: "Name another port with --port, or leave it out for a free one.",
            cause,
          }),
        ),
      ),
    )
    server.listen(port, address, () => {
      const bound = server.address()
      resume(Effect.succeed(typeof bound === "object" && bound !== null ? bound.port : port))
    })
  })

const problemOf = (cause: Error): string => {
  const code = "code" in cause ? cause.code : undefined
  if (code === "EADDRINUSE") return "another program does"
  return code === "EACCES" ? "permission is denied" : cause.message
}

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })
