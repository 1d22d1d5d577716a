// Syncs with `rate-limits` as a setting, of simulated workspaces whose limiter lets bursts pass that nobody publishes, on a virtual clock.
import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, runSync } from "@rollcall/connector"
import { makeSimulator } from "@rollcall/slack-simulator"
import { virtualClock } from "@rollcall/test-kit/virtual-time"
import { Clock, Effect, Redacted } from "effect"
import { implementation } from "../src/module/implementation.ts"

/** Pages of 200, as Slack refuses larger ones to this workspace: 41 calls with the one refused for its size, 3 s apart. */
const workspace = { users: 7_999, userGroups: 5, limitRequiredAbove: 200 }
const publishedSeconds = 40 * 3

interface Measured {
  readonly seconds: number
  /** Refusals for the rate, by method. */
  readonly refused: Readonly<Record<string, number>>
  /** Milliseconds from each refusal of `users.list` to the next call of it, with what Slack asked for. */
  readonly pauses: ReadonlyArray<{ readonly asked: number; readonly waited: number }>
  readonly records: unknown
}

const measure = async (limits: "published" | "adaptive", hiddenBurst: number): Promise<Measured> => {
  const time = virtualClock()
  const output = memoryOutput()
  const refused: Record<string, number> = {}
  const pauses: Array<{ asked: number; waited: number }> = []
  const sync = Effect.gen(function* () {
    const slack = yield* makeSimulator({ ...workspace, hiddenBurst })
    let refusedAt: { asked: number; at: number } | undefined
    const fetch = async (input: string | URL, init?: RequestInit): Promise<Response> => {
      const method = String(input).split("/").at(-1) ?? ""
      const isList = method === "users.list"
      if (isList && refusedAt !== undefined) {
        pauses.push({ asked: refusedAt.asked, waited: time.elapsedMilliseconds() - refusedAt.at })
        refusedAt = undefined
      }
      const response = await slack.fetch(input, init)
      if (response.status !== 429) return response
      refused[method] = (refused[method] ?? 0) + 1
      const asked = Number(response.headers.get("retry-after")) * 1000
      if (isList) refusedAt = { asked, at: time.elapsedMilliseconds() }
      return response
    }
    const connector = yield* implementation.open(
      {
        token: Effect.succeed(Redacted.make(slack.botToken)),
        "base-url": slack.webApiUrl,
        "rate-limits": limits,
      },
      { fetch: (input, init) => time.inFlight(fetch(input, init)) },
    )
    yield* Effect.provide(runSync(connector), output.layer)
  })
  await Effect.runPromise(Effect.provideService(Effect.scoped(sync), Clock.Clock, time.clock))
  return { seconds: time.elapsedMilliseconds() / 1000, refused, pauses, records: output.published() }
}

/** Seconds between calls at the published 20 a minute. */
const interval = 3

describe("rate limits that adapt", () => {
  it.each([
    { hiddenBurst: 1, leastSaved: -2 * interval, mostRefused: 1 },
    { hiddenBurst: 10, leastSaved: 7 * interval, mostRefused: 1 },
    { hiddenBurst: 60, leastSaved: 20 * interval, mostRefused: 0 },
  ])(
    "read the same records, are refused once a method, pause as asked, and gain what a burst of $hiddenBurst calls lets them",
    async ({ hiddenBurst, leastSaved, mostRefused }) => {
      const [published, adaptive] = [await measure("published", hiddenBurst), await measure("adaptive", hiddenBurst)]
      assert.deepStrictEqual(adaptive.records, published.records)
      assert.deepStrictEqual(published.refused, {})
      assert.isAtLeast(published.seconds, publishedSeconds)
      assert.strictEqual(adaptive.refused["users.list"] ?? 0, mostRefused)
      for (const [method, count] of Object.entries(adaptive.refused)) assert.isAtMost(count, 1, method)
      for (const { asked, waited } of adaptive.pauses) assert.isAtLeast(waited, asked)
      assert.isAtLeast(published.seconds - adaptive.seconds, leastSaved)
    },
  )
})
