// The port of a server of pages: on this machine alone, unless another address is asked for.
import type { Failure, FailureKind } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Schema } from "effect"
import type { Server } from "node:http"

/** The address that a server is reached by where none is asked for. */
export const loopback = "127.0.0.1"

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

/** Where a server listens, and what is told where it cannot. */
export interface Listening {
  /** 0 for a free one. */
  readonly port: number
  /** {@link loopback} when absent. */
  readonly address?: string | undefined
  /** What it is, as the beginning of a sentence. */
  readonly called: string
  readonly hint: string
}

/** Listens as long as the scope lasts. Gives the port. */
export const listenOn = (server: Server, where: Listening): Effect.Effect<number, ListenError, Scope.Scope> =>
  Effect.acquireRelease(listen(server, where), () => close(server))

const listen = (server: Server, where: Listening): Effect.Effect<number, ListenError> =>
  Effect.callback((resume) => {
    const { port, address = loopback, called, hint } = where
    server.once("error", (cause) =>
      resume(
        Effect.fail(
          new ListenError({
            message: `${called} cannot listen on ${address}, port ${port}: ${problemOf(cause)}.`,
            hint,
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
