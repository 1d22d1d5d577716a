// Whether e-mail addresses are a gap: what the list shows counts more than the scopes that the header names.
import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, runSync } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { SlackToken, SlackWebApi, type SlackWebApiOptions } from "@rollcall/slack-api"
import { Effect, Layer, Redacted } from "effect"
import { ownGaps } from "./ownGaps.ts"
import { slackPro } from "../src/index.ts"

type HttpFetch = NonNullable<SlackWebApiOptions["fetch"]>

/** Each a page: the addresses of its members, `undefined` where one shows none. */
type Pages = ReadonlyArray<ReadonlyArray<string | undefined>>

/** A Slack of one workspace whose header names these scopes, or that has no such header. */
const slackWith = (pages: Pages, scopes: string | undefined, breaksOnceAt?: number): HttpFetch => {
  let breaks = breaksOnceAt
  const answers: Record<string, (form: URLSearchParams) => object> = {
    "auth.test": () => ({ url: "https://acme.slack.com/", team: "Acme", team_id: "T1", user_id: "U0x0" }),
    "team.info": () => ({ team: { id: "T1", name: "Acme", domain: "acme" } }),
    "usergroups.list": () => ({ usergroups: [] }),
    "users.list": (form) => {
      const index = Number(form.get("cursor") ?? 0)
      const members = (pages[index] ?? []).map((email, place) => ({
        id: `U${index}x${place}`,
        name: `person${index}x${place}`,
        profile: email === undefined ? {} : { email },
      }))
      return { members, response_metadata: { next_cursor: index + 1 < pages.length ? String(index + 1) : "" } }
    },
  }
  return async (url, init) => {
    const method = url.slice(url.lastIndexOf("/") + 1)
    const form = new URLSearchParams(typeof init.body === "string" ? init.body : "")
    if (method === "users.list" && Number(form.get("cursor") ?? 0) === breaks) {
      breaks = undefined
      return Response.json({ ok: false, error: "token_revoked" })
    }
    return Response.json(
      { ok: true, ...answers[method]?.(form) },
      scopes === undefined ? {} : { headers: { "x-oauth-scopes": scopes } },
    )
  }
}

const layerOf = (fetch: HttpFetch) =>
  SlackWebApi.layer({ fetch, speed: Infinity }).pipe(
    Layer.provide([Resilience.layer, SlackToken.layer(Redacted.make("xoxb-1"))]),
  )

/** What is missing of accounts after a sync. */
const missing = (fetch: HttpFetch, output = memoryOutput()) =>
  Effect.map(Effect.provide(runSync(slackPro), [layerOf(fetch), output.layer], { local: true }), ({ coverage }) =>
    ownGaps(coverage).map((gap) => gap.missing),
  )

const granular = "users:read,team:read,usergroups:read"

describe("e-mail addresses", () => {
  it.effect.each([granular, "identify,bot:basic", "identify,read,post,client,apps,admin", "client", undefined])(
    "are no gap where one address shows on any page, with the scopes %s",
    (scopes) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* missing(slackWith([["a@x.example"], [undefined]], scopes)), [])
        assert.deepStrictEqual(yield* missing(slackWith([[undefined], ["a@x.example"]], scopes)), [])
        assert.deepStrictEqual(
          yield* missing(slackWith([[undefined], [undefined, "a@x.example"], [], [undefined]], scopes)),
          [],
        )
      }),
  )

  it.effect.each([granular, "identify,bot:basic", undefined])(
    "are a gap where no page shows one and the scope is not named: %s",
    (scopes) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* missing(slackWith([[undefined], [], [undefined]], scopes)), ["e-mail addresses"])
      }),
  )

  it.effect("are no gap where nobody has one and the scope is named", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* missing(slackWith([[undefined]], `${granular},users:read.email`)), [])
    }),
  )

  it.effect("that a run showed before it was interrupted are no gap of the run that ends the sync", () =>
    Effect.gen(function* () {
      const output = memoryOutput()
      const slack = slackWith([["a@x.example"], [undefined], [undefined]], granular, 1)
      assert.strictEqual((yield* Effect.flip(missing(slack, output))).kind, "interrupted")
      assert.deepStrictEqual(yield* missing(slack, output), [])
    }),
  )
})
