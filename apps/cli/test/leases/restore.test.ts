// A database that is restored from a backup which lacks the latest leases: the audit logs of commands and workers know them. By the commands
// of "Backup and restore" in docs/many-workspaces.md, with the programs of PostgreSQL.
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { execFileSync } from "node:child_process"
import { assert, it } from "@effect/vitest"
import { auditLogFile } from "@rollcall/audit-file"
import type { AuditLog } from "@rollcall/connector"
import type { Lease, LeaseStore } from "@rollcall/plan"
import { closeLease } from "@rollcall/plan"
import { databaseLayer, leaseStorePostgres } from "@rollcall/postgres"
import { hasPostgresProgram, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer, Redacted } from "effect"
import { businessPlusWorld, membership } from "../wholeStack/businessPlus.ts"
import { rollcall } from "../wholeStack/command.ts"

const page = readFileSync(new URL("../../../../docs/many-workspaces.md", import.meta.url), "utf8")
const [, steps = ""] = /^#+ Backup and restore\n[^]*?^```sh\n([^]*?)^```/mu.exec(page) ?? []
/** The command of the page with these words, as its arguments. */
const step = (words: RegExp) =>
  (steps.split("\n").find((line) => words.test(line)) ?? assert.fail(`${words} is not on the page`))
    .replace(/\s+#.*$/u, "")
    .replaceAll(/"([^"]*)"/gu, (_, text: string) => text.replaceAll(" ", "\0"))
    .split(" ")
    .map((word) => word.replaceAll("\0", " "))

it.live.skipIf(!hasPostgresProgram("pg_dump"))(
  "no lease is forgotten that was granted, moved or ended after the backup, once `rollcall leases reconcile` was run",
  () =>
    Effect.gen(function* () {
      const { environment, groups, outside, auditFile, membersOf, file } = yield* businessPlusWorld()
      const { BATON_LEASES: _, ...rest } = environment
      const { freshDatabase, program } = yield* sharedPostgres
      const [before, after] = [yield* freshDatabase, yield* freshDatabase]
      const run = Effect.fnUntraced(function* (url: Redacted.Redacted, ...args: ReadonlyArray<string>) {
        const ended = yield* rollcall(args, { environment: { ...rest, BATON_DATABASE_URL: Redacted.value(url) } })
        assert.strictEqual(ended.code, 0, ended.stderr)
        return ended
      })
      /** What PostgreSQL's programs do in a shell that has the variable. */
      const postgres = (url: Redacted.Redacted, words: RegExp) => {
        const [name = "", ...args] = step(words)
        return program(name, ...args.map((word) => word.replace("$BATON_DATABASE_URL", Redacted.value(url))))
      }
      const leasesIn = (url: Redacted.Redacted) =>
        Effect.map(run(url, "leases", "export"), ({ stdout }) =>
          stdout
            .split("\n")
            .filter((line) => line !== "")
            .map((line): Lease => JSON.parse(line)),
        )
      const group = groups()[0]?.group ?? ""
      const people = outside(group, 4)
      const [kept = "", moved = "", ended = "", late = ""] = people
      const lend = (who: string) =>
        run(
          before,
          "grant",
          "-e",
          membership(group),
          "--principal",
          who,
          "--for",
          "8h",
          "--yes",
          "--without-worker",
          "--reason",
          `for ${who}`,
        )
      for (const who of [kept, moved, ended]) yield* lend(who)
      const idOf = Effect.fnUntraced(function* (who: string) {
        const lease = (yield* leasesIn(before)).find(({ principal }) => principal.resource === who)
        return lease ?? assert.fail(`${who} has no lease`)
      })

      yield* postgres(before, /^pg_dump/u)
      yield* lend(late)
      yield* run(before, "leases", "extend", (yield* idOf(moved)).id, "--for", "20h")
      yield* run(before, "leases", "end", (yield* idOf(kept)).id, "--yes")
      // A worker of another machine, which has an audit log of its own.
      const workersLog = join(dirname(file), "worker.audit.ndjson")
      const { tenant, ...over } = yield* idOf(ended)
      yield* closeLease({ ...over, tenant }, "removed by others", { id: tenant }).pipe(
        Effect.provide(
          Layer.orDie(
            Layer.merge(
              Layer.provide(leaseStorePostgres("sales"), databaseLayer({ url: before })),
              auditLogFile(workersLog),
            ),
          ) satisfies Layer.Layer<AuditLog | LeaseStore>,
        ),
      )
      const then = yield* leasesIn(before)

      yield* postgres(after, /^pg_restore/u)
      yield* postgres(after, /^psql/u)
      assert.notDeepEqual(shown(yield* leasesIn(after)), shown(then))
      const [sort = "", ...logs] = step(/^sort/u)
      const whole = join(dirname(file), "whole.ndjson")
      assert.deepStrictEqual(logs.slice(-2), [">", "audit.ndjson"])
      writeFileSync(whole, execFileSync(sort, [auditFile, workersLog]))
      const [, ...reconcile] = step(/^rollcall leases reconcile/u)
      yield* run(after, ...reconcile.map((word) => (word === "audit.ndjson" ? whole : word)))
      assert.deepStrictEqual(shown(yield* leasesIn(after)), shown(then))
      assert.include(membersOf(group), late)
    }),
)

/** What a lease gives to whom until when, and how it ended, but for the instants of machines. */
const shown = (leases: ReadonlyArray<Lease>) =>
  leases
    .map(({ id, principal, endsAt, state, closedAs = "", reason = "" }) =>
      [id, principal.resource, endsAt, state, closedAs, reason].join(" "),
    )
    .toSorted((a, b) => (a < b ? -1 : 1))
