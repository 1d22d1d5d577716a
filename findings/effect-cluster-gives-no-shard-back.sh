#!/usr/bin/env bash
# Effect 4.1.0: a cluster runner on PostgreSQL that gives shards back to one that joins does not come to an end where the database is far away.
#
# Seen with effect 4.1.0 and @effect/sql-pg 4.0.5 (npm) on Node 26.10.0 and PostgreSQL 15.18, 2026-11-30.
#
# Two runners, 300 shards (the default), twelve singletons. A runner gives its shards back with two statements for each, all at once, in the one
# session that holds its locks; each shard has the time of one refresh (`shardLockRefreshInterval`) for both, its waiting for the others
# included. One that is late has the session replaced, for all others too, which begin again: "Could not release shards, retrying". Until that
# is over the runner takes no lock, so it runs nothing, while its registration is refreshed and it looks healthy. Here a refresh comes each second
# and a half (ten by default), and statements take 20 ms longer. On a busy machine it was seen without that, after a runner had been stopped
# for a while. Where the storage gives one shard back after the other, both runners run all singletons within seconds.
#
# Needs the programs of PostgreSQL: those of Debian, or the folder that POSTGRES names.
set -euo pipefail
postgres=${POSTGRES:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
folder=$(mktemp -d)
trap '[ ! -e "$folder/data/postmaster.pid" ] || as "$postgres/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
# The server refuses to run as root.
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi; }
chmod 755 "$folder" && mkdir data && { [ "$(id -u)" != 0 ] || chown nobody:nogroup data; }
port=$(node -p 'const s = require("net").createServer().listen(0, "127.0.0.1"); s.on("listening", () => { console.log(s.address().port); s.close() }); ""' | grep .)
as "$postgres/initdb" -D data -U postgres -A trust --no-sync >/dev/null
as "$postgres/pg_ctl" -D data -w -l data/log -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" start >/dev/null
npm install --silent --no-audit --no-fund --no-save effect@4.1.0 @effect/sql-pg@4.0.5
cat > run.mjs <<'JS'
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Logger, Option, Redacted, Semaphore } from "effect"
import { MessageStorage, RunnerAddress, RunnerHealth, Runners, RunnerStorage, Sharding, ShardingConfig, SqlRunnerStorage } from "effect/cluster"
import { connect, createServer } from "node:net"

const [port, later] = process.argv.slice(2).map(Number)
const far = createServer((client) => {
  const server = connect(port, "127.0.0.1")
  client.on("error", () => server.destroy()).on("data", (chunk) => setTimeout(() => server.write(chunk), later)).on("close", () => server.destroy())
  server.on("error", () => client.destroy()).on("data", (chunk) => client.write(chunk)).on("close", () => client.destroy())
})
await new Promise((listening) => far.listen(0, "127.0.0.1", listening))

const oneByOne = Layer.effect(RunnerStorage.RunnerStorage, Effect.gen(function* () {
  const storage = yield* RunnerStorage.RunnerStorage
  const one = Semaphore.makeUnsafe(1)
  return { ...storage, release: (...of) => one.withPermit(storage.release(...of)) }
}))
const said = (isOneByOne, what) => {
  console.log(isOneByOne ? "one after the other:" : "as it is:", what)
  // What stands still does not come to an end either.
  if (!isOneByOne) process.exit()
}
const names = Array.from({ length: 12 }, (_, at) => `singleton ${at}`)

const served = (isOneByOne) => Effect.gen(function* () {
  const prefix = isOneByOne ? "in_turn" : "at_once"
  const inSql = SqlRunnerStorage.layerWith({ prefix })
  const running = [new Set(), new Set()]
  const start = (at) => Effect.gen(function* () {
    const { registerSingleton } = yield* Sharding.Sharding
    for (const name of names) {
      const run = Effect.acquireRelease(Effect.sync(() => running[at].add(name)), () => Effect.sync(() => running[at].delete(name)))
      yield* registerSingleton(name, Effect.scoped(Effect.andThen(run, Effect.never)))
    }
    return yield* Effect.never
  }).pipe(Effect.scoped, Effect.provide(Layer.fresh(Sharding.layer.pipe(
    Layer.provide([Runners.layerNoop, RunnerHealth.layerNoop]),
    Layer.provide(MessageStorage.layerNoop),
    Layer.provide(isOneByOne ? Layer.provide(oneByOne, inSql) : inSql),
    Layer.provide(ShardingConfig.layer({ runnerAddress: Option.some(RunnerAddress.make(`runner-${at}`, 1)), shardLockExpiration: "5 seconds", shardLockRefreshInterval: "1500 millis" })),
    Layer.provide(PgClient.layer({ url: Redacted.make(`postgres://postgres@127.0.0.1:${far.address().port}/postgres?sslmode=disable`) })),
  ))))
  yield* Effect.forkScoped(start(0))
  while (running[0].size < names.length) yield* Effect.sleep(100)
  yield* Effect.forkScoped(start(1))
  let settled = 0
  for (let tries = 0; tries < 400; tries += 1) {
    settled = running[1].size > 0 && running[0].size + running[1].size === names.length ? settled + 1 : 0
    if (settled === 50) return said(isOneByOne, "all run again")
    yield* Effect.sleep(100)
  }
  return said(isOneByOne, `forty seconds later the first runner runs ${running[0].size}`)
}).pipe(Effect.scoped, Effect.provide(Logger.layer([])))

await Effect.runPromise(served(true))
Effect.runFork(served(false))
JS
diff - <(node run.mjs "$port" 20) <<'SEEN' && echo "As seen."
one after the other: all run again
as it is: forty seconds later the first runner runs 0
SEEN
