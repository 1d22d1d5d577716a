// Where the console is reached: the one name that requests may have, and the server behind it.
import type { ListenError } from "@rollcall/pages/server"
import { listenOn, loopback } from "@rollcall/pages/server"
import { Context, Effect, Layer } from "effect"
import { createServer } from "node:http"
import type { Server } from "node:http"

/** The server of the console, and how browsers call it. */
export class ConsoleAddress extends Context.Service<
  ConsoleAddress,
  {
    readonly server: Server
    readonly port: number
    /** Scheme, host and port, such as `http://127.0.0.1:8070`: `Host` and `Origin` of each request. */
    readonly origin: string
  }
>()("@rollcall/console/ConsoleAddress") {
  /** Listens on 127.0.0.1 unless another address is asked for. `url` is how browsers reach it, where that is another one. */
  static layer(options: {
    /** 0 for a free one. */
    readonly port: number
    readonly address?: string | undefined
    readonly url?: string | undefined
  }): Layer.Layer<ConsoleAddress, ListenError> {
    return Layer.effect(
      ConsoleAddress,
      Effect.gen(function* () {
        const { address = loopback, url } = options
        const server = createServer()
        server.maxConnections = 100
        const port = yield* listenOn(server, {
          port: options.port,
          address,
          called: "The console",
          hint: "Set BATON_CONSOLE_PORT to another port, or to 0 for a free one.",
        })
        const own = `http://${address.includes(":") ? `[${address}]` : address}:${port}`
        return { server, port, origin: new URL(url ?? own).origin }
      }),
    )
  }
}
