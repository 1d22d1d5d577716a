// What the command grants for a time, and keeps in the database, is ended by whichever worker serves the workspace: real processes, one of
// which is killed, a real PostgreSQL, and a Slack that keeps state.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import { until } from "../workerProcess.ts"
import { leaseWorld } from "./leaseWorld.ts"

describe.skipIf(!hasPostgres)("access for a time that the command grants", () => {
  it.live("is ended by the worker that serves the workspace, and by another one once that one is killed", () =>
    Effect.gen(function* () {
      const { folder, start, members, others, isServed, grant, letEnd, ended } = yield* leaseWorld()
      const workers = yield* Effect.all([start("one"), start("two")])
      const [who = "", second = ""] = others()
      yield* isServed
      yield* grant(who)
      yield* letEnd(who)
      yield* ended(who)
      assert.notInclude(members(), who)
      // A pod's disk may go with it: each entry of the audit log is in the worker's log, as the file has it.
      const audited = () =>
        workers.flatMap(({ logs }) =>
          logs().flatMap(({ message, annotations: { audit } }) => (audit === undefined ? [] : [{ message, audit }])),
        )
      yield* until(Effect.sync(() => audited().some(({ message }) => message === "Audit: expire changed.")))
      assert.deepStrictEqual(
        audited().map(({ message }) => message),
        ["Audit: revoke begun.", "Audit: revoke changed.", "Audit: expire changed."],
      )
      const file = readFileSync(join(folder, "sales.c1z.audit.ndjson"), "utf8")
      assert.deepStrictEqual(
        audited().map(({ audit }) => audit),
        file
          .trim()
          .split("\n")
          .map((line): unknown => JSON.parse(line)),
      )

      yield* grant(second)
      const serving = workers.find(({ logs }) =>
        logs().some(({ message }) => message.includes("serves the connection")),
      )
      yield* serving?.kill("SIGKILL") ?? assert.fail("Nobody serves the connection.")
      yield* letEnd(second)
      yield* ended(second)
      assert.notInclude(members(), second)
    }).pipe(Effect.scoped),
  )
})
