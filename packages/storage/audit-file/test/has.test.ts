import { join } from "node:path"
import { writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { AuditLog } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { auditLogFile } from "../src/index.ts"

it.effect("an audit log knows the entries that it has, whoever wrote them", () =>
  Effect.gen(function* () {
    const file = join(yield* scratchFolder("audit"), "audit.ndjson")
    const has = (requestId: string) =>
      Effect.provide(
        AuditLog.use((log) => log.has?.(requestId) ?? Effect.die("The log cannot be read.")),
        auditLogFile(file),
      )
    assert.isFalse(yield* has("a1"))
    writeFileSync(
      file,
      `${"x".repeat(70_000)}\n{"time":"2026-11-30T12:00:00.000Z","requestId":"a1","actor":"U1"}\n{"requestId":"a2`,
    )
    assert.deepStrictEqual([yield* has("a1"), yield* has("a2"), yield* has("a")], [true, false, false])
  }),
)
