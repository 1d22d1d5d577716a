#!/usr/bin/env bash
# @effect/sql-pg 4.0.5: where the database has fallen silent, a statement with Effect.timeout ends five seconds after its time.
#
# Seen with @effect/sql-pg 4.0.5 and effect 4.1.0 (npm) on Node 26.10.0, 2026-11-30.
#
# The connection is open and nothing comes back, as behind a firewall that has forgotten it. The documentation of `keepAlive` names
# Effect.timeout for this. It interrupts the statement, then waits until that has been given up: the client asks the server to cancel, over
# a second connection, and drops the first one when five seconds are over. A statement that was to take a second at most ends after six, so what
# has to be done in time, such as a lock that is to be refreshed before it lapses, may be late. To go on in time, fork the statement and put
# the timeout on the wait for its fiber. Below, a server that lets clients in and then answers nothing is told no more than `select 1`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-save effect@4.1.0 @effect/sql-pg@4.0.5
cat > run.mjs <<'JS'
import { PgClient } from "@effect/sql-pg"
import { Effect, Fiber, Redacted } from "effect"
import { Reactivity } from "effect/reactivity"
import { createServer } from "node:net"

const ready = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x4b, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1, 0x5a, 0, 0, 0, 5, 0x49])
const server = createServer((socket) => socket.on("error", () => {}).once("data", () => socket.write(ready)))
await new Promise((listening) => server.listen(0, "127.0.0.1", listening))
const url = Redacted.make(`postgres://someone:secret@127.0.0.1:${server.address().port}/one?sslmode=disable`)

const seconds = (work) =>
  Effect.suspend(() => {
    const begun = performance.now()
    return Effect.map(Effect.exit(work), ({ _tag }) => `${_tag} after ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  })
const program = Effect.gen(function* () {
  const sql = yield* PgClient.make({ url })
  const plain = Effect.timeout(sql`select 1`, "1 second")
  const forked = Effect.flatMap(Effect.forkScoped(sql`select 1`), (fiber) => Effect.timeout(Fiber.join(fiber), "1 second"))
  console.log("timeout around the statement:", yield* seconds(plain))
  console.log("timeout around the wait for its fiber:", yield* seconds(forked))
})
await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(Reactivity.layer)))
process.exit()
JS
diff - <(node run.mjs) <<'SEEN' && echo "As seen."
timeout around the statement: Failure after 6 s
timeout around the wait for its fiber: Failure after 1 s
SEEN
