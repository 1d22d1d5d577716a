// Whether second factors were read: a token that does not see those of others must not make everybody look as if they had none.
import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, runSync } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { SlackToken, SlackWebApi, type SlackWebApiOptions } from "@rollcall/slack-api"
import { Effect, Layer, Redacted } from "effect"
import { slackPro } from "../src/index.ts"

type HttpFetch = NonNullable<SlackWebApiOptions["fetch"]>

/** Each a page: what Slack tells of the second factor of its members. The first of all is the token's own account. */
type Pages = ReadonlyArray<ReadonlyArray<boolean | undefined>>

const slackWith =
  (pages: Pages): HttpFetch =>
  async (url, init) => {
    const form = new URLSearchParams(typeof init.body === "string" ? init.body : "")
    const index = Number(form.get("cursor") ?? 0)
    const answers: Readonly<Record<string, object>> = {
      "auth.test": { url: "https://acme.slack.com/", team: "Acme", team_id: "T1", user_id: "U0x0" },
      "team.info": { team: { id: "T1", name: "Acme", domain: "acme" } },
      "usergroups.list": { usergroups: [] },
      "users.list": {
        members: (pages[index] ?? []).map((factor, place) => ({
          id: `U${index}x${place}`,
          name: `person${index}x${place}`,
          profile: { email: "a@x.example" },
          has_2fa: factor,
        })),
        response_metadata: { next_cursor: index + 1 < pages.length ? String(index + 1) : "" },
      },
    }
    return Response.json({ ok: true, ...answers[url.slice(url.lastIndexOf("/") + 1)] })
  }

const coverageOfAccounts = (pages: Pages) =>
  runSync(slackPro).pipe(
    Effect.provide([
      SlackWebApi.layer({ fetch: slackWith(pages), speed: Infinity }).pipe(
        Layer.provide([Resilience.layer, SlackToken.layer(Redacted.make("xoxb-1"))]),
      ),
      memoryOutput().layer,
    ]),
    Effect.map(({ coverage }) => {
      const found = coverage.find(({ resourceType }) => resourceType === "user")
      // Every sync without the Business+ token has one more.
      return found && { ...found, gaps: found.gaps.filter(({ reason }) => reason !== "furtherCredential") }
    }),
  )

describe("second factors", () => {
  it.effect.each<{ pages: Pages }>([
    { pages: [[undefined, false]] },
    { pages: [[undefined], [undefined, true], [undefined]] },
  ])("are read where Slack tells of anybody else whether there is one: %j", ({ pages }) =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* coverageOfAccounts(pages))?.gaps, [])
    }),
  )

  it.effect.each<{ pages: Pages }>([{ pages: [[undefined, undefined]] }, { pages: [[true, undefined], [undefined]] }])(
    "are not known, and accounts complete all the same, where Slack tells at most that of the token itself: %j",
    ({ pages }) =>
      Effect.gen(function* () {
        const coverage = yield* coverageOfAccounts(pages)
        assert.strictEqual(coverage?.state, "complete")
        assert.deepStrictEqual(
          coverage?.gaps.map(({ attributes, expected }) => ({ attributes, expected })),
          [{ attributes: ["mfa"], expected: true }],
        )
      }),
  )
})
