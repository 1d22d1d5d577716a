// The first check of the tokens: a wrong one is told at the start, however far away the first task or sync may be.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Fiber } from "effect"
import { TestClock, TestConsole } from "effect/testing"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { askTokenOwner, logTokenOwner } from "../src/health/tokenOwner.ts"
import { loggingLayer } from "@rollcall/host/logging"
import { serviceWorld } from "./serviceWorld.ts"
import { startWorker } from "./workerProcess.ts"

/** A worker whose time to sync is far away. */
const idle = (token: (slack: { readonly botToken: string }) => string) =>
  Effect.gen(function* () {
    const slack = yield* startSimulator({ users: 10, rateLimits: "off" })
    const worker = yield* startWorker({
      environment: {
        BATON_TOKEN: token(slack),
        BATON_BASE_URL: slack.webApiUrl,
        BATON_RATE_LIMITS: "off",
        BATON_EVERY: "0 3 1 1 *",
      },
    })
    return { slack, worker }
  })

describe("a worker at its start", () => {
  it.live("names the owner of its token, and asks Slack once for the log and for /health", () =>
    Effect.gen(function* () {
      const { slack, worker } = yield* idle(({ botToken }) => botToken)
      yield* worker.says(/^The token opens .+ \(T\w+\)\.$/)
      yield* worker.answers("/health", 200)
      assert.strictEqual(slack.calls()["auth.test"], 1)
    }).pipe(Effect.scoped),
  )

  for (const [what, token, says] of [
    [
      "that Slack does not know",
      "xoxb-of-nobody",
      /^The first check of the token failed\. .*invalid_auth.* Copy the current/,
    ],
    ["that is the placeholder of a page", "xoxb-…", /^The first check of the token failed\. .* Copy the token again/],
    ["of a kind that cannot read", "xoxe-1-of-nobody", /^BATON_TOKEN has a refresh token .* Use the app's bot token/],
  ] as const) {
    it.live(`warns about a token ${what}, and is still ready`, () =>
      Effect.gen(function* () {
        const { worker } = yield* idle(() => token)
        yield* worker.answers("/ready", 200)
        yield* worker.says(says)
        const line = worker.logs().find(({ message }) => says.test(message))
        assert.strictEqual(line?.level, "WARN")
        assert.notInclude(worker.written(), "of-nobody")
      }).pipe(Effect.scoped),
    )
  }

  it.live("for ConductorOne reports swapped tokens before there is a task", () =>
    Effect.gen(function* () {
      const { slack, start } = yield* serviceWorld()
      const worker = yield* start({
        environment: { BATON_TOKEN: slack.userToken, BATON_BUSINESS_PLUS_TOKEN: slack.botToken },
      })
      yield* worker.says(/^BATON_BUSINESS_PLUS_TOKEN has a bot token .* user token \(xoxp-…\)/)
      yield* worker.says("The two tokens are swapped")
    }).pipe(Effect.scoped),
  )

  it.live("names the setting that gave the token, also if that names a file", () =>
    Effect.gen(function* () {
      const { start } = yield* serviceWorld()
      const file = join(yield* scratchFolder("worker"), "token")
      writeFileSync(file, "xapp-1-of-nobody\n")
      const worker = yield* start({ environment: { BATON_TOKEN: "", BATON_TOKEN_FILE: file } })
      yield* worker.says(/^BATON_TOKEN_FILE has an app-level token /)
    }).pipe(Effect.scoped),
  )

  it.effect("whose packets to Slack are dropped says after 30 seconds what to check", () =>
    Effect.gen(function* () {
      const owner = yield* askTokenOwner({ displayName: "Slack Pro", identify: Effect.never })
      const logged = yield* Effect.forkChild(logTokenOwner(owner, [], {}))
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(logged)
      const [line] = yield* TestConsole.errorLines
      assert.deepInclude(JSON.parse(String(line)), {
        level: "WARN",
        message:
          "The first check of the token failed. Slack Pro has not answered for 30 seconds. " +
          "Check DNS and outgoing connections on port 443; behind a proxy, set HTTPS_PROXY.",
      })
    }).pipe(Effect.provide(loggingLayer({ level: "info", format: "json", isTerminal: false }))),
  )

  it.live("is ready without Slack's answer", () =>
    Effect.gen(function* () {
      const { slack, start } = yield* serviceWorld()
      slack.addFaults([{ method: "auth.test", fault: { kind: "never" } }])
      const worker = yield* start()
      yield* worker.answers("/ready", 200)
      assert.isFalse(worker.logs().some(({ message }) => message.startsWith("The token opens")))
    }).pipe(Effect.scoped),
  )
})
