// When a list of accounts is believed, against a Slack that gives scripted answers over HTTP.
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, runSync } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import { Effect, Layer, Redacted } from "effect"
import { ownGaps } from "./ownGaps.ts"
import { slackPro } from "../src/index.ts"

interface Answer {
  readonly ids?: ReadonlyArray<string>
  readonly members?: ReadonlyArray<unknown>
  readonly next?: string
}

type Ask = { readonly limit: number; readonly cursor?: string }

/** Members of the one user group who are in no list, and what `users.info` says of each: an account, or a code. */
type Hidden = Readonly<Record<string, object | string>>

interface Scripted {
  readonly baseUrl: string
  readonly asked: Array<Ask>
  readonly lookedUp: Array<string>
  readonly close: () => void
}

/** A workspace whose token is that of `own`, and whose `users.list` answers as the script says. */
const scripted = (own: string, answer: (ask: Ask, call: number) => Answer, hidden: Hidden) =>
  Effect.acquireRelease(
    Effect.callback<Scripted>((resume) => {
      const asked: Array<Ask> = []
      const lookedUp: Array<string> = []
      const replies: Readonly<Record<string, (form: URLSearchParams) => object>> = {
        "auth.test": () => ({ team_id: "T1", team: "Acme", user_id: own }),
        "team.info": () => ({ team: { id: "T1", name: "Acme", domain: "acme" } }),
        // Without the count nobody can tell an empty group from one whose members are not sent.
        "usergroups.list": (form) =>
          form.get("include_users") === "true" && form.get("include_count") === "true"
            ? { usergroups: [{ id: "S1", name: "All", users: [own, ...Object.keys(hidden)], user_count: 9 }] }
            : { ok: false, error: "invalid_arguments" },
        "users.info": (form) => {
          const id = form.get("user") ?? ""
          lookedUp.push(id)
          const user = hidden[id] ?? "user_not_found"
          return typeof user === "string" ? { ok: false, error: user } : { user }
        },
        "users.list": (form) => {
          const cursor = form.get("cursor")
          const ask = { limit: Number(form.get("limit")), ...(cursor === null ? {} : { cursor }) }
          asked.push(ask)
          const { ids = [], members = [], next = "" } = answer(ask, asked.length)
          return {
            members: [...ids.map((id) => ({ id, profile: { email: `${id}@example.com` } })), ...members],
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
        const baseUrl = `http://127.0.0.1:${port}/api/`
        resume(Effect.succeed({ baseUrl, asked, lookedUp, close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close),
  )

const syncOf = Effect.fnUntraced(function* (
  own: string,
  answer: (ask: Ask, call: number) => Answer,
  hidden: Hidden = {},
) {
  const { baseUrl, asked, lookedUp } = yield* scripted(own, answer, hidden)
  const output = memoryOutput()
  const api = SlackWebApi.layer({ baseUrl, speed: Infinity }).pipe(
    Layer.provide(Resilience.layer),
    Layer.provide(SlackToken.layer(Redacted.make("xoxb-1"))),
  )
  const run = Effect.provide(runSync(slackPro), [api, output.layer], { local: true })
  const idsIn = () =>
    output.published()?.resources.flatMap(({ id }) => (id.resourceType === "user" ? [id.resource] : [])) ?? []
  return { run, asked, lookedUp, output, idsIn }
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

  it.live(
    "is asked once more for a last page that was announced and is empty, which is believed where it stays so",
    () =>
      Effect.gen(function* () {
        const heals = yield* syncOf("U1", (ask, call) => (call === 2 ? {} : healthy(1200)(ask)))
        yield* heals.run
        assert.lengthOf(heals.idsIn(), 1200)
        assert.lengthOf(heals.asked, 3)
        const stays = yield* syncOf("U1", (ask) => (ask.cursor === undefined ? healthy(1200)(ask) : {}))
        yield* stays.run
        assert.lengthOf(stays.asked, 3)
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

  it.live("is not asked again for a page that begins with somebody known and shows somebody new", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", (ask) => (ask.cursor === "999" ? { ids: ["U0", "U5000"] } : healthy(1400)(ask)))
      yield* sync.run
      assert.include(sync.idsIn(), "U5000")
      assert.lengthOf(sync.asked, 2)
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

  it.live("of a server that ignores the limit ends with the page that is longer than asked for", () =>
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

describe("accounts that hold something and that no list shows", () => {
  const here = { team_id: "T1", profile: {} }
  const elsewhere = { team_id: "T9", profile: {} }
  const stranger = { ...here, is_stranger: true }

  const outcome = Effect.fnUntraced(function* (hidden: Hidden) {
    const { run, lookedUp, output, idsIn } = yield* syncOf("U0", healthy(3), hidden)
    const { warnings, coverage } = yield* run
    const counts = Object.fromEntries(warnings.map(({ code, count }) => [code, count]))
    const gaps = ownGaps(coverage).map((gap) => `${gap.resourceType}: ${gap.missing}`)
    return { lookedUp, counts, gaps, ids: idsIn(), grants: output.published()?.grants.map(({ id }) => id) ?? [] }
  })

  it.live("are not looked up where there are none", () =>
    Effect.gen(function* () {
      const { lookedUp, counts } = yield* outcome({})
      assert.deepStrictEqual([lookedUp, counts], [[], {}])
    }),
  )

  it.live("are added, with what they hold, where they are of this workspace", () =>
    Effect.gen(function* () {
      const { ids, counts, gaps, grants, lookedUp } = yield* outcome({ U9: { id: "U9", is_admin: true, ...here } })
      assert.deepStrictEqual([lookedUp, ids, gaps], [["U9"], ["U0", "U1", "U2", "U9"], []])
      assert.deepStrictEqual(counts, { "missing-in-users": 1 })
      assert.includeMembers(grants, [
        "userGroup:S1:member:user:U9",
        "workspace:T1:member:user:U9",
        "workspaceRole:T1:admin:assigned:user:U9",
      ])
    }),
  )

  it.live("are added where the organisation says that they are in this workspace, too", () =>
    Effect.gen(function* () {
      const { ids } = yield* outcome({ U9: { id: "U9", ...elsewhere, enterprise_user: { teams: ["T1"] } } })
      assert.include(ids, "U9")
    }),
  )

  it.live("keep their grants, and are counted in one warning, where they are not of this workspace", () =>
    Effect.gen(function* () {
      const { ids, counts, gaps, grants } = yield* outcome({
        U7: "user_not_found",
        U8: { id: "U8", ...elsewhere },
        U9: { id: "U9", ...stranger },
        W1: "missing_scope",
        W2: "user_not_visible",
      })
      assert.deepStrictEqual([ids, gaps, counts], [["U0", "U1", "U2"], [], { "unknown-principal": 5 }])
      assert.include(grants, "userGroup:S1:member:user:U7")
    }),
  )

  it.live("are looked up no more where the list shows them in a record that cannot be read", () =>
    Effect.gen(function* () {
      const list = () => ({ ids: ["U0"], members: [{ id: "U9", deleted: "perhaps" }] })
      const { run, lookedUp } = yield* syncOf("U0", list, {
        U8: { id: "U8", is_admin: "yes" },
        U9: { id: "U9", ...here },
      })
      const { warnings } = yield* run
      assert.deepStrictEqual(lookedUp, ["U8"])
      assert.deepStrictEqual(
        warnings.map(({ code, count }) => [code, count]),
        [
          ["unreadable-user", 1],
          ["unknown-principal", 2],
        ],
      )
    }),
  )

  it.live("are known by their other id where Slack tells it", () =>
    Effect.gen(function* () {
      const { ids, counts, grants } = yield* outcome({ W9: { id: "U1", ...here } })
      assert.deepStrictEqual([ids, counts], [["U0", "U1", "U2"], {}])
      assert.include(grants, "userGroup:S1:member:user:U1")
    }),
  )

  it.live("are looked up five at most; a gap counts them where one of the five was of this workspace", () =>
    Effect.gen(function* () {
      const seven = (of: object) => Object.fromEntries(people(11, 18).map((id) => [id, { id, ...of }]))
      const strangers = yield* outcome(seven(elsewhere))
      assert.deepStrictEqual([strangers.lookedUp, strangers.gaps], [people(11, 16), []])
      const mixed = yield* outcome({ ...seven(elsewhere), U13: { id: "U13", ...here } })
      assert.deepStrictEqual(mixed.gaps, ["user: accounts that users.list did not show (7 hold something)"])
      assert.deepStrictEqual(mixed.counts, { "missing-in-users": 1, "unknown-principal": 6 })
      const few = yield* outcome({ U11: { id: "U11", ...here } })
      assert.deepStrictEqual(few.gaps, [])
    }),
  )

  it.live("interrupt the sync where Slack does not answer for them", () =>
    Effect.gen(function* () {
      const sync = yield* syncOf("U0", healthy(3), { U9: "token_revoked" })
      assert.deepInclude(yield* Effect.flip(sync.run), { step: "missing-accounts" })
      assert.isUndefined(sync.output.published())
    }),
  )
})
