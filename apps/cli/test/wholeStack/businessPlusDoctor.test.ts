// What the doctor says of Business+ tokens before anything is synced.
import { once } from "node:events"
import { createServer, request } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import type { RunningSimulator, SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"

interface Found {
  readonly check: string
  readonly state: string
  readonly found: string
}

const diagnose = Effect.fnUntraced(function* (
  options: SimulatorOptions = {},
  environment: Readonly<Record<string, string>> = {},
) {
  const { run } = yield* businessPlusWorld(options)
  const { code, stdout, stderr } = yield* run(["doctor", "-o", "json"], { environment })
  const findings: ReadonlyArray<Found> = JSON.parse(stdout).findings
  return { code, stderr, found: new Map(findings.map((finding) => [finding.check, finding])) }
})

/** One host that serves several workspaces, each to its own tokens, as Slack's does; `replaced` headers stand in the place of those of its replies. */
const hostOf = Effect.fnUntraced(function* (
  workspaces: ReadonlyArray<RunningSimulator>,
  replaced: Readonly<Record<string, string>> = {},
) {
  const server = createServer((incoming, response) => {
    const token = incoming.headers.authorization?.replace("Bearer ", "")
    const owner = workspaces.find(({ botToken, userToken }) => token === botToken || token === userToken)
    const { method, headers, url } = incoming
    const onward = request(`${owner?.url}${url}`, { ...(method === undefined ? {} : { method }), headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, { ...reply.headers, ...replaced })
      reply.pipe(response)
    })
    incoming.pipe(onward)
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
    () => Effect.sync(() => server.close()),
  )
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
})

describe.concurrent("the doctor of Business+", () => {
  it.live("finds two good tokens good, and says what Slack keeps", () =>
    Effect.gen(function* () {
      const { code, stderr, found } = yield* diagnose({ userScopes: ["admin"] })
      assert.strictEqual(code, 0, stderr)
      const states = Object.fromEntries([...found.values()].map(({ check, state }) => [check, state]))
      assert.deepStrictEqual(states, {
        token: "ok",
        "business-plus-token": "ok",
        workspace: "ok",
        SCIM: "ok",
        plan: "ok",
        "scope users:read": "ok",
        "scope admin": "ok",
        "scope team:read": "ok",
        "scope users:read.email": "ok",
        "scope usergroups:read": "ok",
        "system roles": "note",
        "rate limits": "ok",
        clock: "ok",
        folder: "ok",
        file: "ok",
      })
      assert.match(found.get("SCIM")?.found ?? "", /^v2 answers: \d+ accounts$/)
    }),
  )

  it.live("says what one lone token of admin may lose, as older ones with that scope lose nothing", () =>
    Effect.gen(function* () {
      const { code, stderr, found } = yield* diagnose({ userScopes: ["admin"] }, { BATON_TOKEN: "" })
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(found.get("scope users:read")?.state, "note")
      assert.match(found.get("scope users:read")?.found ?? "", /not listed by itself/)
      assert.match(found.get("scope users:read")?.found ?? "", /accounts come from SCIM alone/)
      assert.isUndefined(found.get("token"))
    }),
  )

  it.live("ends with 77 where the scope admin is missing, or a bot token stands in its place", () =>
    Effect.gen(function* () {
      const without = yield* diagnose({ userScopes: ["users:read"] })
      assert.strictEqual(without.code, 77)
      assert.strictEqual(without.found.get("scope admin")?.state, "failed")
      assert.strictEqual(without.found.get("SCIM")?.state, "failed")
      const { slack, run } = yield* businessPlusWorld()
      const bot = yield* run(["doctor", "-o", "table"], { environment: { BATON_BUSINESS_PLUS_TOKEN: slack.botToken } })
      assert.strictEqual(bot.code, 77)
      assert.match(bot.stdout, /✗ business-plus-token +a bot token \(xoxb-…\), which SCIM does not accept/)
    }),
  )

  it.live("believes the answer of SCIM more than a header that does not name its scope", () =>
    Effect.gen(function* () {
      const { run, slack } = yield* businessPlusWorld()
      const host = yield* hostOf([slack], { "x-oauth-scopes": "users:read" })
      const { code, stdout } = yield* run(["doctor", "-o", "table"], {
        environment: { BATON_BASE_URL: `${host}/api/` },
      })
      assert.strictEqual(code, 0, stdout)
      assert.match(stdout, /✓ scope admin/)
    }),
  )

  it.live("ends with 77 where the plan has no SCIM", () =>
    Effect.gen(function* () {
      const { code, found } = yield* diagnose({ plan: "pro", idpGroups: 0 })
      assert.strictEqual(code, 77)
      assert.strictEqual(found.get("plan")?.state, "failed")
    }),
  )

  it.live("ends with 77 where the tokens open different workspaces", () =>
    Effect.gen(function* () {
      const { run, slack } = yield* businessPlusWorld()
      const other = yield* startSimulator({ plan: "business-plus", seed: 99, users: 5 })
      const both = yield* hostOf([slack, other])
      const { code, stdout } = yield* run(["doctor", "-o", "table"], {
        environment: {
          BATON_BUSINESS_PLUS_TOKEN: other.userToken,
          BATON_BASE_URL: `${both}/api/`,
          BATON_SCIM_BASE_URL: other.scimUrl,
        },
      })
      assert.strictEqual(code, 77)
      assert.match(stdout, /✗ workspace +The two tokens open different workspaces/)
    }),
  )

  it.live("knows GovSlack: v1, and an organisation with its workspaces", () =>
    Effect.gen(function* () {
      const { code, stderr, found } = yield* diagnose({ gov: true }, { BATON_GOV_ENV: "true" })
      assert.strictEqual(code, 0, stderr)
      assert.match(found.get("workspace")?.found ?? "", /with \d+ workspace/)
      assert.match(found.get("SCIM")?.found ?? "", /^v1 answers/)
    }),
  )

  it.live("ends with 77 for a token that Slack does not know, and never shows it", () =>
    Effect.gen(function* () {
      const { run } = yield* businessPlusWorld()
      const wrong = yield* run(["doctor", "-o", "table"], {
        environment: { BATON_BUSINESS_PLUS_TOKEN: "xoxp-1-secret" },
      })
      assert.strictEqual(wrong.code, 77)
      assert.notInclude(wrong.stdout + wrong.stderr, "xoxp-1-secret")
    }),
  )
})
