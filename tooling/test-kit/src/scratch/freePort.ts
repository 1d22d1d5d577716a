// A port for a program that wants to be told one.
import { once } from "node:events"
import { createServer } from "node:net"
import { Effect } from "effect"

/** A port of 127.0.0.1 that nothing listened on a moment ago. */
export const freePort: Effect.Effect<number> = Effect.promise(async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (typeof address !== "object" || address === null) throw new Error("A port was asked for and none was given.")
  return address.port
})
