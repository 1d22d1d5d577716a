// Tokens that are given as files, as Kubernetes mounts a Secret: a new one is used while the worker runs.
import { assert, describe, it } from "@effect/vitest"
import { startC1 } from "@rollcall/c1-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { serviceWorld } from "./serviceWorld.ts"

describe("when its file changes, a secret is used without a restart:", () => {
  it.live("Slack's token", () =>
    Effect.gen(function* () {
      const { slack, start, done } = yield* serviceWorld()
      const tokenFile = join(yield* scratchFolder("worker"), "token")
      writeFileSync(tokenFile, "xoxp-of-nobody")
      const worker = yield* start({
        environment: { BATON_BUSINESS_PLUS_TOKEN: "", BATON_BUSINESS_PLUS_TOKEN_FILE: tokenFile },
      })
      const first = yield* done({ syncFull: {} })
      assert.strictEqual(first.outcome?.finalState.case, "error")
      writeFileSync(tokenFile, slack.userToken)
      const second = yield* done({ syncFull: {} })
      assert.strictEqual(second.outcome?.finalState.case, "success")
      yield* worker.says("Task succeeded.")
      assert.notInclude(worker.written(), "xoxp-of-nobody")
    }).pipe(Effect.scoped),
  )

  it.live("ConductorOne's client secret", () =>
    Effect.gen(function* () {
      const { c1, start, done } = yield* serviceWorld()
      const { clientSecret: another } = yield* startC1({ seed: 2 })
      const secretFile = join(yield* scratchFolder("worker"), "secret")
      writeFileSync(secretFile, c1.clientSecret)
      const worker = yield* start({ environment: { BATON_CLIENT_SECRET: "", BATON_CLIENT_SECRET_FILE: secretFile } })
      yield* worker.answers("/ready", 200)
      writeFileSync(secretFile, another)
      c1.revokeTokens()
      yield* worker.says("A poll for tasks failed.")
      writeFileSync(secretFile, `${c1.clientSecret}\n`)
      assert.strictEqual((yield* done({ listEventFeeds: {} })).outcome?.finalState.case, "success")
    }).pipe(Effect.scoped),
  )
})
