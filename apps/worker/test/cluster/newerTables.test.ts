// A worker and a command whose release is older than the tables of the database allow.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { spawnSync } from "node:child_process"
import { assert, it } from "@effect/vitest"
import { Database, databaseLayer } from "@rollcall/postgres"
import { bundled } from "@rollcall/test-kit/bundles"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"
import { startWorker } from "../workerProcess.ts"

const command = await bundled("cli")

it.live.skipIf(!hasPostgres)("a worker that is older than the tables allow ends with 78, as does a command", () =>
  Effect.gen(function* () {
    const url = yield* (yield* sharedPostgres).freshDatabase
    yield* Database.use(({ sql, run }) =>
      run(sql`insert into rollcall_schema (version, oldest_worker) values (9999, 9998)`),
    ).pipe(Effect.provide(databaseLayer({ url })))
    const folder = yield* scratchFolder("newer-tables")
    const connections = join(folder, "connections.yaml")
    writeFileSync(connections, "connections: {}\n")
    const environment = { BATON_DATABASE_URL: Redacted.value(url) }
    const says = "of version 9999, which workers from version 9998 on can use"
    const worker = yield* startWorker({
      folder,
      environment: { ...environment, BATON_CONNECTIONS: connections, BATON_EVERY: "6h", BATON_C1Z_TEMP_DIR: folder },
    })
    assert.strictEqual(yield* worker.ended, 78)
    assert.include(worker.written(), says)
    const { status, stderr } = spawnSync(process.execPath, [command, "leases", "list"], {
      env: { ...environment, PATH: process.env["PATH"] },
      encoding: "utf8",
    })
    assert.strictEqual(status, 78)
    assert.include(stderr, says)
  }).pipe(Effect.scoped),
)
