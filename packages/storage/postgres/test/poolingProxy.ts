// A proxy of PostgreSQL that pools transactions, as small as one can be: a client signs in by itself, and from then on whoever speaks is
// given a session of the server that is free, for one transaction.
import { once } from "node:events"
import type { AddressInfo, Socket } from "node:net"
import { connect, createServer } from "node:net"
import { Effect } from "effect"

interface Session {
  readonly socket: Socket
  /** Whose transaction it has. */
  client: Socket | undefined
}

/** Messages in a stream, each with its byte and length: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const messages = (take: (message: Buffer) => void) => {
  let rest = Buffer.alloc(0)
  return (chunk: Buffer | string) => {
    rest = Buffer.concat([rest, Buffer.from(chunk)])
    while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
      const size = 1 + rest.readInt32BE(1)
      take(rest.subarray(0, size))
      rest = rest.subarray(size)
    }
  }
}

/** ReadyForQuery, outside of a transaction. */
const isFree = (message: Buffer) => message.toString("latin1", 0, 1) === "Z" && message.toString("latin1", 5, 6) === "I"

/** The port of a proxy before the server on this port, for as long as the scope lives. */
export const poolingProxy = (port: number) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const sockets = new Set<Socket>()
      const free: Array<Session> = []
      const keep = (socket: Socket) => {
        sockets.add(socket)
        socket.on("error", () => undefined)
      }
      const server = createServer((client) => {
        const own: Session = { socket: connect(port, "127.0.0.1"), client }
        let session: Session | undefined = own
        keep(client)
        keep(own.socket)
        own.socket.on(
          "data",
          messages((message) => {
            own.client?.write(message)
            if (!isFree(message)) return
            own.client = undefined
            free.unshift(own)
          }),
        )
        client.on("data", (chunk) => {
          if (session?.client !== client) session = free.shift()
          if (session === undefined) throw new Error("All sessions are in use.")
          session.client = client
          session.socket.write(chunk)
        })
      }).listen(0, "127.0.0.1")
      await once(server, "listening")
      return { server, sockets }
    }),
    ({ server, sockets }) =>
      Effect.promise(async () => {
        for (const socket of sockets) socket.destroy()
        server.close()
        await once(server, "close")
      }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  ).pipe(Effect.map(({ server }) => (server.address() as AddressInfo).port))
