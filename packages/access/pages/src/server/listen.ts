// The port of a server: on this machine alone, unless another address is asked for. It loads nothing of pages, as probes listen by it too.
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
  /** Milliseconds that requests which have begun get when the scope ends; none when absent. */
  readonly patience?: number | undefined
}

/** Listens as long as the scope lasts. Gives the port. What goes wrong later is logged, and ends nothing. */
export const listenOn = (server: Server, where: Listening): Effect.Effect<number, ListenError, Scope.Scope> =>
  Effect.gen(function* () {
    const port = yield* Effect.acquireRelease(listen(server, where), () => close(server, where.patience ?? 0))
    const run = Effect.runForkWith(yield* Effect.context())
    server.on("error", (cause) => run(Effect.logWarning(`${where.called} reports an error.`, cause)))
    return port
  })

const listen = (server: Server, where: Listening): Effect.Effect<number, ListenError> =>
  Effect.callback((resume) => {
    const { port, address = loopback, called, hint } = where
    const fail = (cause: Error) =>
      resume(
        new ListenError({
          message: `${called} cannot listen on ${address}, port ${port}: ${problemOf(cause)}.`,
          hint,
          cause,
        }),
      )
    server.once("error", fail).listen(port, address, () => {
      server.off("error", fail)
      const bound = server.address()
      resume(Effect.succeed(typeof bound === "object" && bound !== null ? bound.port : port))
    })
  })

const problemOf = (cause: Error): string => {
  const code = "code" in cause ? cause.code : undefined
  if (code === "EADDRINUSE") return "another program does"
  return code === "EACCES" ? "permission is denied" : cause.message
}

const close = (server: Server, patience: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const late = setTimeout(() => server.closeAllConnections(), patience)
    server.close(() => {
      clearTimeout(late)
      resume(Effect.void)
    })
  })
