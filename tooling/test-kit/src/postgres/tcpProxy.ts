// A proxy before a server, which a test lets fall silent, or which cuts whatever goes through it.
import { once } from "node:events"
import type { Socket } from "node:net"
import { connect, createServer } from "node:net"
import type { Scope } from "effect"
import { Effect } from "effect"

/** A proxy of 127.0.0.1. */
export interface TcpProxy {
  readonly port: number
  /** Keeps all connections open, and passes nothing on from here; takes new ones the same way. */
  readonly silence: Effect.Effect<void>
  /** Keeps all connections open, and keeps back from here what goes through them, as a network does that will be whole again. */
  readonly hold: Effect.Effect<void>
  /** Passes everything on again, also what was held; for new connections, where there was silence. */
  readonly resume: Effect.Effect<void>
  /** Ends all connections, and refuses none. */
  readonly cut: Effect.Effect<void>
  /** Ends all connections, and new ones as soon as they come. */
  readonly close: Effect.Effect<void>
}

/**
 * A proxy before the server on this port of 127.0.0.1, for as long as the scope lives. `latency` is how many milliseconds later the server
 * gets what is sent to it, as one that is far away does.
 */
export const tcpProxy = (to: number, latency = 0): Effect.Effect<TcpProxy, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      let silent = false
      let closed = false
      let held = false
      const sockets = new Set<Socket>()
      const keep = (socket: Socket) => {
        sockets.add(socket)
        socket.on("error", () => undefined)
        socket.on("close", () => sockets.delete(socket))
        if (held) socket.pause()
        return socket
      }
      const pass = (from: Socket, into: Socket, late: number) => {
        const on = (chunk: Buffer) => void (silent || into.write(chunk))
        from.on("data", (chunk: Buffer) => (late === 0 ? on(chunk) : void setTimeout(on, late, chunk)))
        from.on("close", () => into.destroy())
      }
      const server = createServer((client) => {
        if (closed) return void client.destroy()
        const behind = connect(to, "127.0.0.1")
        pass(keep(client), keep(behind), latency)
        pass(behind, client, 0)
      }).listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      const cut = Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
      })
      return {
        server,
        proxy: {
          port: typeof address === "object" && address !== null ? address.port : 0,
          silence: Effect.sync(() => void (silent = true)),
          hold: Effect.sync(() => {
            held = true
            for (const socket of sockets) socket.pause()
          }),
          resume: Effect.sync(() => {
            silent = false
            closed = false
            held = false
            for (const socket of sockets) socket.resume()
          }),
          cut,
          close: Effect.andThen(
            Effect.sync(() => void (closed = true)),
            cut,
          ),
        },
      }
    }),
    ({ server, proxy }) =>
      Effect.andThen(
        proxy.cut,
        Effect.promise(async () => {
          server.close()
          await once(server, "close")
        }),
      ),
  ).pipe(Effect.map(({ proxy }) => proxy))
