// A proxy before PostgreSQL that counts what goes through it: statements by what they are about, and bytes either way. It reads what clients
// send, message by message: https://www.postgresql.org/docs/current/protocol-message-formats.html
import { once } from "node:events"
import type { AddressInfo, Socket } from "node:net"
import { connect, createServer } from "node:net"
import { Effect } from "effect"

/** Statements, and bytes that they and their answers took. */
export interface Traffic {
  statements: number
  bytes: number
}

/** Bytes of the type and the length of a message. */
const head = 5

/** Counts the traffic of the server on this port by what `about` says of a statement; gives the port of the proxy, and what was counted. */
export const countingProxy = (port: number, about: (statement: string) => string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const counted = new Map<string, Traffic>()
      const sockets = new Set<Socket>()
      const server = createServer((client) => {
        const behind = connect(port, "127.0.0.1")
        for (const socket of [client, behind]) sockets.add(socket.on("error", () => undefined))
        client.on("close", () => behind.destroy())
        behind.on("close", () => client.destroy())
        /** What statements are about, by the name under which they were prepared. */
        const prepared = new Map<string, string>()
        let current = "session"
        const count = (bytes: number, statements = 0) => {
          const traffic = counted.get(current) ?? { statements: 0, bytes: 0 }
          traffic.statements += statements
          traffic.bytes += bytes
          counted.set(current, traffic)
        }
        const take = (kind: string, body: Buffer) => {
          const [first = "", second = ""] = body.toString("utf8").split("\0", 2)
          if (kind === "P") prepared.set(first, about(second))
          else if (kind === "B") {
            current = prepared.get(second) ?? "session"
          } else if (kind === "Q") current = about(first)
          count(body.length + head, kind === "Q" || kind === "E" ? 1 : 0)
        }
        let rest = Buffer.alloc(0)
        let isStarted = false
        client.on("data", (chunk) => {
          behind.write(chunk)
          rest = Buffer.concat([rest, Buffer.from(chunk)])
          for (;;) {
            // The first message has no type.
            const at = isStarted ? 1 : 0
            const size = rest.length < at + 4 ? Number.POSITIVE_INFINITY : at + rest.readUInt32BE(at)
            if (rest.length < size) return
            if (isStarted) take(rest.toString("latin1", 0, 1), rest.subarray(head, size))
            isStarted = true
            rest = rest.subarray(size)
          }
        })
        behind.on("data", (chunk) => {
          client.write(chunk)
          count(chunk.length)
        })
      }).listen(0, "127.0.0.1")
      await once(server, "listening")
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
      return { server, sockets, counted, port: (server.address() as AddressInfo).port }
    }),
    ({ server, sockets }) =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      }),
  ).pipe(
    Effect.map((made) => ({
      port: made.port,
      /** What was counted since this was last asked. */
      counted: Effect.sync((): ReadonlyMap<string, Traffic> => {
        const found = new Map(made.counted)
        made.counted.clear()
        return found
      }),
    })),
  )
