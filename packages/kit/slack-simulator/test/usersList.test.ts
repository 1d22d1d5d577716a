import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startSimulator } from "../src/index.ts"
import { call, walk, type Untyped } from "./calling.ts"

/** Every kind of member is among the first nineteen. */
const started = startSimulator({ rateLimits: "off", users: 40 })
const everybody = Effect.fnUntraced(function* (options: Parameters<typeof startSimulator>[0] = {}) {
  const slack = yield* startSimulator({ rateLimits: "off", users: 40, ...options })
  return { slack, members: (yield* walk(slack)).flat() }
})
const keys = (object: object) => Object.keys(object).toSorted()

const always = ["id", "name", "is_bot", "updated", "is_app_user", "team_id", "deleted", "profile"]
const active = [
  ...always,
  "color",
  "is_email_confirmed",
  "real_name",
  "tz",
  "tz_label",
  "tz_offset",
  "who_can_share_contact_card",
]
const flags = ["is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"]

describe("members", () => {
  it.effect("are as many as asked for, and Slackbot", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody()
      assert.strictEqual(members.length, 41)
      assert.strictEqual(new Set(members.map(({ id }) => id)).size, 41)
      assert.strictEqual(members.filter(({ id }) => id === "USLACKBOT").length, 1)
    }),
  )

  it.effect("are Slackbot alone in an empty workspace", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody({ users: 0 })
      assert.deepStrictEqual(
        members.map(({ id }) => id),
        ["USLACKBOT"],
      )
    }),
  )

  it.effect("have the key set of an active human, with all flags", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody()
      const human = members.find((member) => member["is_primary_owner"])
      assert.deepStrictEqual(keys(human!), [...active, ...flags].toSorted())
    }),
  )

  it.effect("lose flags, colour and time zone when they are deactivated", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody()
      const gone = members.filter((member) => member["deleted"])
      assert.isAbove(gone.length, 2)
      for (const member of gone) {
        assert.deepStrictEqual(
          keys(member).filter((key) => key !== "is_forgotten"),
          always.toSorted(),
        )
      }
      assert.isTrue(gone.some((member) => member["is_forgotten"] === true))
      assert.isTrue(gone.some((member) => member["is_bot"] === true))
    }),
  )

  it.effect("carry cumulative owner flags, and there is one primary owner", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody({ users: 2000 })
      for (const member of members) {
        if (member["is_primary_owner"]) assert.isTrue(member["is_owner"])
        if (member["is_owner"]) assert.isTrue(member["is_admin"])
      }
      assert.strictEqual(members.filter((member) => member["is_primary_owner"]).length, 1)
    }),
  )

  it.effect("are guests of one channel with both flags, of several with one", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody()
      assert.isTrue(members.some((member) => member["is_restricted"] && member["is_ultra_restricted"]))
      assert.isTrue(members.some((member) => member["is_restricted"] && !member["is_ultra_restricted"]))
      assert.isFalse(members.some((member) => !member["is_restricted"] && member["is_ultra_restricted"]))
    }),
  )

  it.effect("say that they are invited only until they came", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody()
      const invited = members.filter((member) => "is_invited_user" in member)
      assert.isAbove(invited.length, 0)
      assert.isBelow(invited.length, members.length)
      assert.isTrue(invited.every((member) => member["is_invited_user"] === true))
    }),
  )

  it.effect("that are strangers carry another team and no admin flags", () =>
    Effect.gen(function* () {
      const { slack, members } = yield* everybody()
      const stranger = members.find((member) => member["is_stranger"])!
      assert.notStrictEqual(stranger["team_id"], slack.teamId)
      assert.deepStrictEqual(keys(stranger), [...active, "is_stranger"].toSorted())
    }),
  )

  it.effect("show Slackbot as no bot, without a time zone, never updated", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody()
      const slackbot = members.find(({ id }) => id === "USLACKBOT")!
      assert.deepInclude(slackbot, { is_bot: false, tz: null, updated: 0, deleted: false })
      assert.isTrue(slackbot["profile"].always_active)
    }),
  )

  it.effect("may lack a profile or an e-mail address, and write an empty title in three ways", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody({ users: 500 })
      assert.isTrue(members.some((member) => !("profile" in member)))
      const profiles = members.flatMap((member) => member["profile"] ?? [])
      assert.isTrue(members.some((member) => !member["is_bot"] && !member["deleted"] && !member["profile"]?.email))
      for (const empty of [undefined, null, ""]) assert.isTrue(profiles.some(({ title }) => title === empty))
    }),
  )

  it.effect("have names of many scripts, of the greatest length, and with control characters", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody({ users: 500 })
      const names = members.flatMap((member) => member["profile"]?.real_name ?? [])
      for (const script of [/\p{Script=Han}/u, /\p{Script=Arabic}/u, /\p{Script=Hebrew}/u, /\p{Script=Cyrillic}/u]) {
        assert.isTrue(
          names.some((name) => script.test(name)),
          String(script),
        )
      }
      assert.isTrue(names.some((name) => name.length === 80))
      assert.isTrue(names.some((name) => /\p{Cc}/u.test(name)))
    }),
  )

  it.effect("carry bot and app ids when they are bots", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody()
      for (const { profile } of members.filter((member) => member["is_bot"])) {
        assert.match(profile.bot_id, /^B/)
        assert.match(profile.api_app_id, /^A/)
        assert.notProperty(profile, "email")
      }
    }),
  )
})

describe("what a token sees of members", () => {
  it.effect("lacks every e-mail address without users:read.email, with no error", () =>
    Effect.gen(function* () {
      const { members } = yield* everybody({ botScopes: ["users:read"] })
      assert.isFalse(members.some((member) => "email" in (member["profile"] ?? {})))
    }),
  )

  it.effect("has second factors for the user token of an admin alone, on active humans alone", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const seenBy = (token: string) =>
        Effect.map(call(slack, "users.list", { limit: "999" }, token), ({ json }): Array<Untyped> => json["members"])
      assert.isFalse((yield* seenBy(slack.botToken)).some((member) => "has_2fa" in member))
      const members = yield* seenBy(slack.userToken)
      const withFactor = members.filter((member) => "has_2fa" in member)
      assert.isAbove(withFactor.length, 0)
      for (const member of withFactor) {
        assert.isFalse(member.is_bot || member.deleted)
        assert.strictEqual("two_factor_type" in member, member.has_2fa)
      }
    }),
  )

  it.effect("has locales only when asked for", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const without = yield* call(slack, "users.list", { limit: "1" })
      const within = yield* call(slack, "users.list", { limit: "1", include_locale: "1" })
      assert.notProperty(without.json["members"][0], "locale")
      assert.property(within.json["members"][0], "locale")
    }),
  )
})

describe("paging", () => {
  it.effect("shows everybody once, whatever the page size", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ rateLimits: "off", users: 1234 })
      const whole = (yield* walk(slack, { limit: "999" })).flat()
      assert.strictEqual(whole.length, 1235)
      for (const limit of ["200", "617"]) assert.deepStrictEqual((yield* walk(slack, { limit })).flat(), whole)
    }),
  )

  it.effect("gives cursors that must be percent-encoded, and an empty one at the end", () =>
    Effect.gen(function* () {
      const slack = yield* started
      let cursor: string | undefined
      for (let page = 0; page < 5; page++) {
        const args = { limit: "10", ...(cursor === undefined ? {} : { cursor }) }
        cursor = (yield* call(slack, "users.list", args)).json["response_metadata"].next_cursor
        if (page < 4) assert.match(cursor!, /^[A-Za-z0-9+/]+=+$/)
      }
      assert.strictEqual(cursor, "")
    }),
  )

  it.effect("never gives more than a thousand, and takes an odd limit for none", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ rateLimits: "off", users: 1500 })
      for (const limit of ["1000", "5000", "0", "-3", "many"]) {
        assert.strictEqual((yield* call(slack, "users.list", { limit })).json["members"].length, 1000)
      }
    }),
  )

  it.effect("refuses a cursor of another workspace, a broken one, and one that was tampered with", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const other = yield* startSimulator({ rateLimits: "off", users: 40, seed: 2 })
      const foreign = (yield* call(other, "users.list", { limit: "5" })).json["response_metadata"].next_cursor
      const own = (yield* call(slack, "users.list", { limit: "5" })).json["response_metadata"].next_cursor
      for (const cursor of [foreign, "nonsense", own.slice(0, -1), `${own}A`, "dXNlcjpVMDYxTkZUVDI="]) {
        assert.strictEqual((yield* call(slack, "users.list", { cursor })).json["error"], "invalid_cursor")
      }
    }),
  )

  it.effect("takes an empty cursor for the first page, or refuses it when told to be strict", () =>
    Effect.gen(function* () {
      const slack = yield* started
      assert.isTrue((yield* call(slack, "users.list", { cursor: "", limit: "5" })).json["ok"])
      const strict = yield* startSimulator({ rateLimits: "off", emptyCursor: "refused" })
      assert.strictEqual((yield* call(strict, "users.list", { cursor: "" })).json["error"], "invalid_cursor")
    }),
  )

  it.effect("demands a smaller limit of a large workspace when told to", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ rateLimits: "off", users: 600, limitRequiredAbove: 500 })
      for (const args of [{}, { limit: "999" }] as ReadonlyArray<Record<string, string>>) {
        assert.strictEqual((yield* call(slack, "users.list", args)).json["error"], "limit_required")
      }
      assert.strictEqual((yield* walk(slack, { limit: "200" })).flat().length, 601)
    }),
  )
})
