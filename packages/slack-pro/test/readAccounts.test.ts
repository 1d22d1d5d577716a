// When a list of accounts is believed, against a Slack that gives scripted answers over HTTP.
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, runSync } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import { Effect, Layer, Redacted } from "effect"
import { slackPro } from "../src/index.ts"

interface Answer {
  readonly ids?: ReadonlyArray<string>
  readonly members?: ReadonlyArray<unknown>
  readonly next?: string
}

type Ask = { readonly limit: number; readonly cursor?: string }

/** A workspace whose token is that of `own`, and whose `users.list` answers as the script says. */
const scripted = (own: string, answer: (ask: Ask, call: number) => Answer) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly baseUrl: string; readonly asked: Array<Ask>; readonly close: () => void }>((resume) => {
      const asked: Array<Ask> = []
      const replies: Readonly<Record<string, (form: URLSearchParams) => object>> = {
        "auth.test": () => ({ team_id: "T1", team: "Acme", user_id: own }),
        "team.info": () => ({ team: { id: "T1", name: "Acme", domain: "acme" } }),
        "usergroups.list": () => ({ usergroups: [] }),
        "users.list": (form) => {
          const cursor = form.get("cursor")
          const ask = { limit: Number(form.get("limit")), ...(cursor === null ? {} : { cursor }) }
          asked.push(ask)
          const { ids = [], members = [], next = "" } = answer(ask, asked.length)
          return {
            members: [...ids.map((id) => ({ id, profile: {} })), ...members],
            response_metadata: { next_cursor: next },
          }
        },
      }
      const server = createServer((request, response) => {
        let body = ""
        request.on("data", (chunk) => (body += String(chunk)))
        request.on("end", () => {
          const reply = replies[request.url?.split("/").at(-1) ?? ""]?.(new URLSearchParams(body)) ?? {}
          response.setHeader("content-type", "application/json")
          response.end(JSON.stringify({ ok: true, ...reply }))
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ baseUrl: `http://127.0.0.1:${port}/api/`, asked, close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close),
  )

const syncOf = Effect.fnUntraced(function* (own: string, answer: (ask: Ask, call: number) => Answer) {
  const { baseUrl, asked } = yield* scripted(own, answer)
  const output = memoryOutput()
  const api = SlackWebApi.layer({ baseUrl, speed: Infinity }).pipe(
    Layer.provide(Resilience.layer),
    Layer.provide(SlackToken.layer(Redacted.make("xoxb-1"))),
  )
  const run = Effect.provide(runSync(slackPro), [api, output.layer], { local: true })
  const idsIn = () =>
    output.published()?.resources.flatMap(({ id }) => (id.resourceType === "user" ? [id.resource] : [])) ?? []
  return { run, asked, output, idsIn }
})

const people = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `U${from + at}`)

/** What a healthy server gives of a list that is so long. */
const healthy =
  (length: number) =>
  ({ limit, cursor = "0" }: Ask): Answer => {
    const end = Math.min(length, Number(cursor) + limit)
    return { ids: people(Number(cursor), end), ...(end < length ? { next: String(end) } : {}) }
  }

const isNotWhole = Effect.fnUntraced(function* (
  { run, output }: Effect.Success<ReturnType<typeof syncOf>>,
  says: string,
) {
  const error = yield* Effect.flip(run)
  assert.deepInclude(error, { reason: "Interrupted", step: "users" })
  assert.include(error.message, says)
  assert.isUndefined(output.published())
})

describe("a list of accounts", () => {
  it.live("without the account of the token is not whole, and is read from its first page by the next run", () =>
    Effect.gen(function* () {
      let isHealed = false
      const sync = yield* syncOf("U1500", (ask) => (isHealed ? healthy(1501)(ask) : healthy(1200)(ask)))
      yield* isNotWhole(sync, "shows 1200 accounts, and not the account of the token itself (U1500)")
      isHealed = true
      yield* sync.run
      assert.lengthOf(sync.idsIn(), 1501)
      assert.deepStrictEqual(
        sync.asked.map(({ cursor }) => cursor),
        [undefined, "999", undefined, "999"],
      )
    }),
  )

  it.live("that is empty is not whole", () =>
    Effect.gen(function* () {
      yield* isNotWhole(yield* syncOf("U1", () => ({})), "shows no account at all, and not the account of the token")
    }),
  )

  it.live(
    "shows the account of the token also in a record that cannot be read, or under its id in the organisation",
    () =>
      Effect.gen(function* () {
        for (const member of [
          { id: "W1", deleted: "perhaps" },
          { id: "U1", enterprise_user: { id: "W1" } },
          { id: "U1", is_admin: "yes", enterprise_user: { id: "W1" } },
        ]) {
          const sync = yield* syncOf("W1", ({ cursor }) =>
            cursor === undefined ? { ids: ["U7"], members: [member], next: "2" } : { ids: ["U8"] },
          )
          yield* sync.run
          assert.includeMembers(sync.idsIn(), ["U7", "U8"])
        }
      }),
  )

  it.live("goes on after an empty page with a cursor", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", (ask) => (ask.cursor === "999" ? { next: "1000" } : healthy(1400)(ask)))
      yield* sync.run
      assert.deepStrictEqual(
        sync.asked.map(({ cursor }) => cursor),
        [undefined, "999", "1000"],
      )
    }),
  )

  it.live("is asked once more for a page that shows nobody new, and goes on from the second answer", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", (ask, call) =>
        call === 2 ? { ids: people(0, 999), next: "1998" } : healthy(2500)(ask),
      )
      yield* sync.run
      assert.lengthOf(sync.idsIn(), 2500)
    }),
  )

  for (const [what, next] of [
    ["with a cursor", "1998"],
    ["at its end", undefined],
  ] as const) {
    it.live(`of which a page shows nobody new twice is not whole, ${what}`, () =>
      Effect.gen(function* () {
        const sync = yield* syncOf("U0", (ask) =>
          ask.cursor === "999" ? { ids: people(0, 999), ...(next === undefined ? {} : { next }) } : healthy(2500)(ask),
        )
        yield* isNotWhole(sync, "listed before, twice in a row")
      }),
    )
  }

  it.live("whose last page is not full takes no further call", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", healthy(1997))
      yield* sync.run
      assert.lengthOf(sync.asked, 2)
    }),
  )

  it.live("whose last page is exactly full is asked for once more with one fewer, and goes on to its end", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", healthy(1998))
      yield* sync.run
      assert.lengthOf(sync.idsIn(), 1998)
      assert.deepStrictEqual(sync.asked, [
        { limit: 999 },
        { limit: 999, cursor: "999" },
        { limit: 998, cursor: "999" },
        { limit: 999, cursor: "1997" },
      ])
    }),
  )

  it.live("that lost the cursor of a full page is read on", () =>
    Effect.gen(function* () {
      for (const lost of [1, 2]) {
        const sync = yield* syncOf("U0", (ask, call) => {
          const { next, ...answer } = healthy(2700)(ask)
          return call === lost || next === undefined ? answer : { ...answer, next }
        })
        yield* sync.run
        assert.lengthOf(sync.idsIn(), 2700)
      }
    }),
  )

  it.live("whose page stays full without a cursor is not whole", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", ({ limit }) => ({ ids: people(0, limit) }))
      yield* isNotWhole(sync, "gives 999 accounts of 999, and 998 of 998")
    }),
  )

  it.live("of a server that heeds no limit ends with the page that is longer than asked for", () =>
    Effect.gen(function* () {
      for (const length of [999, 1500]) {
        const sync = yield* syncOf("U0", () => ({ ids: people(0, length) }))
        yield* sync.run
        assert.lengthOf(sync.idsIn(), length)
        assert.lengthOf(sync.asked, length === 999 ? 2 : 1)
      }
    }),
  )

  it.live("whose full page has fewer at the second asking keeps whom either shows", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", ({ limit }) => ({ ids: limit === 999 ? people(0, 999) : ["U0", "U2000"] }))
      yield* sync.run
      assert.lengthOf(sync.idsIn(), 1000)
    }),
  )
})
