import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { readWorkspaceFile } from "../../src/index.ts"
import { call, fixture, type Untyped, walk } from "../calling.ts"
import { businessPlus, codeOf, idOf, resources, scim } from "./scimCalling.ts"

describe("pages of a SCIM list", () => {
  it.effect("hold ten entries unless told, a thousand at most, and say where they start", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 2500 })
      const { json } = yield* scim(slack, "GET v2/Users")
      assert.deepInclude(json, { itemsPerPage: 10, startIndex: 1 })
      assert.deepStrictEqual(json["schemas"], ["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
      const second = (yield* scim(slack, "GET v1/Users?count=1&startIndex=2")).json
      assert.deepInclude(second, { itemsPerPage: 1, startIndex: 2, totalResults: json["totalResults"] })
      assert.strictEqual(second["Resources"][0].id, json["Resources"][1].id)
      assert.strictEqual((yield* scim(slack, "GET v2/Users?count=5000")).json["Resources"].length, 1000)
      const beyond = (yield* scim(slack, "GET v2/Users?startIndex=9999")).json
      assert.deepStrictEqual([beyond["Resources"], beyond["itemsPerPage"]], [[], 0])
    }),
  )

  it.effect("make the whole list, each entry once", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 2500 })
      const ids: Array<string> = []
      for (let startIndex = 1; startIndex <= 2600; startIndex += 130) {
        const { json } = yield* scim(slack, `GET v2/Users?count=130&startIndex=${startIndex}`)
        ids.push(...json["Resources"].map(({ id }: { id: string }) => id))
      }
      assert.strictEqual(new Set(ids).size, ids.length)
      assert.strictEqual(ids.length, (yield* scim(slack, "GET v2/Users")).json["totalResults"])
    }),
  )

  it.effect("refuse a sort order that there is not", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      assert.strictEqual(codeOf(yield* scim(slack, "GET v1/Users?sortOrder=up")), "invalid_sort_order")
      assert.strictEqual((yield* scim(slack, "GET v1/Users?sortOrder=descending")).status, 200)
    }),
  )
})

describe("who is in /Users", () => {
  it.effect("is everybody of users.list but Slackbot and strangers, and as active as there", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 900 })
      const members = (yield* walk(slack)).flat()
      const wanted = members
        .filter((member) => member["id"] !== "USLACKBOT" && member["is_stranger"] !== true)
        .map(({ id, deleted }) => [id, deleted !== true])
      const accounts = yield* resources(slack, "v2/Users")
      assert.isBelow(wanted.length, members.length - 1)
      assert.deepStrictEqual(
        accounts.map(({ id, active }) => [id, active]),
        wanted,
      )
    }),
  )

  it.effect("is whom SCIM alone knows as well", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ scimOnlyUsers: 6 })
      const accounts = yield* resources(slack, "v2/Users")
      const members = new Set((yield* walk(slack)).flat().map(({ id }) => id))
      const alone = accounts.filter(({ id }) => !members.has(id))
      assert.strictEqual(alone.length, 6)
      assert.strictEqual((yield* scim(slack, `GET v2/Users/${alone[5].id}`)).json["id"], alone[5].id)
      assert.strictEqual((yield* call(slack, "users.info", { user: alone[0].id })).json["error"], "user_not_found")
    }),
  )

  it.effect("has bots, with one of Slack's addresses or none", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 2000 })
      const bots = new Set((yield* walk(slack)).flat().flatMap((member) => (member["is_bot"] ? [member["id"]] : [])))
      const found = (yield* resources(slack, "v2/Users")).filter(({ id }) => bots.has(id))
      const emails = found.map(({ emails: [{ value }] }) => value)
      assert.isTrue(emails.some((email) => email === ""))
      assert.isTrue(emails.some((email) => email.endsWith("@slack-bots.com")))
    }),
  )
})

describe("an account", () => {
  it.effect("is the same in both versions, but for the names of schemas and its location", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 300, idpGroups: 20 })
      const [v1, v2] = [yield* scim(slack, "GET v1/Users?count=1000"), yield* scim(slack, "GET v2/Users?count=1000")]
      const core = "urn:ietf:params:scim:schemas:core:2.0:User"
      const modern = JSON.stringify(v1.json["Resources"])
        .replaceAll("urn:scim:schemas:core:1.0", core)
        .replaceAll(/urn:scim:schemas:extension:([\w:]+):1\.0/g, "urn:ietf:params:scim:schemas:extension:$1:2.0:User")
        .replaceAll("scim/v1/", "scim/v2/")
      assert.deepStrictEqual(JSON.parse(modern), v2.json["Resources"])
      for (const extension of ["enterprise", "slack:guest", "slack:profile"]) {
        assert.include(v2.text, `urn:ietf:params:scim:schemas:extension:${extension}:2.0:User`)
      }
    }),
  )

  const recorded = fixture("slack/scim/v2/Users.json")
  it.effect.skipIf(recorded === undefined)("has the members of a recorded one, and no others", () =>
    Effect.gen(function* () {
      const sample: Record<string, Untyped> = JSON.parse(readFileSync(recorded!, "utf8")).Resources[0]
      // Documented, though not in that recording. https://docs.slack.dev/reference/scim-api
      const known = new Set([...Object.keys(sample), "userType"])
      const slack = yield* businessPlus({ users: 600 })
      const seen = new Set((yield* resources(slack, "v2/Users")).flatMap((account) => Object.keys(account)))
      assert.deepStrictEqual(
        [...seen].filter((key) => !known.has(key)),
        [],
      )
      assert.deepStrictEqual(
        [...known].filter((key) => !seen.has(key)),
        ["addresses"],
      )
    }),
  )

  it.effect("writes slashes as Slack does", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      assert.include(
        (yield* scim(slack, "GET v2/Users")).text,
        String.raw`"https:\/\/api.slack.com\/scim\/v2\/Users\/U`,
      )
    }),
  )

  it.effect("shows the groups that show it", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 300, idpGroups: 30 })
      const groups = yield* resources(slack, "v2/Groups")
      for (const { id, groups: shown } of yield* resources(slack, "v2/Users")) {
        const holding = groups.filter(({ members }) => members.some(({ value }: { value: string }) => value === id))
        assert.deepStrictEqual(
          shown,
          holding.map((group) => ({ value: group.id, display: group.displayName })),
        )
      }
    }),
  )
})

describe("groups of /Groups", () => {
  it.effect("hold members who may be added, apart from a ghost now and then; some are empty", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 900, idpGroups: 60 })
      const accounts = new Map((yield* resources(slack, "v2/Users")).map((account) => [account.id, account]))
      const groups = yield* resources(slack, "v2/Groups")
      const ids = groups.flatMap(({ members }) => members.map(({ value }: { value: string }) => value))
      const ghosts = ids.filter((id) => !accounts.has(id))
      assert.isTrue(groups.some(({ members }) => members.length === 0))
      assert.isTrue(groups.some(({ displayName }) => displayName.includes(":")))
      assert.isAtLeast(ghosts.length, 1)
      assert.isBelow(ghosts.length, 20)
      assert.isTrue(ids.every((id) => accounts.get(id)?.active ?? ghosts.includes(id)))
    }),
  )

  it.effect("share the id space of user groups and none of their ids", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ userGroups: 40, idpGroups: 40 })
      const userGroups = (yield* call(slack, "usergroups.list", { include_disabled: "1" })).json["usergroups"]
      const ids = [...userGroups, ...(yield* resources(slack, "v2/Groups"))].map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, 80)
      assert.isTrue(ids.every((id) => /^S0[0-9A-Z]{7}$/.test(id)))
    }),
  )

  it.effect("are none unless asked for", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ idpGroups: 0, userGroups: 10 })
      assert.strictEqual((yield* scim(slack, "GET v2/Groups")).json["totalResults"], 0)
    }),
  )
})

describe("filters", () => {
  const found = Effect.fnUntraced(function* (filter: string, list = "v2/Users") {
    const slack = yield* businessPlus({ users: 300 })
    const reply = yield* scim(slack, `GET ${list}?count=1000&filter=${encodeURIComponent(filter)}`)
    return (
      codeOf(reply) ??
      reply.json["Resources"].map(({ userName, displayName }: Record<string, string>) => userName ?? displayName)
    )
  })

  it.effect("find by name and address, in any quotes and letters, on both versions", () =>
    Effect.gen(function* () {
      for (const filter of ['userName eq "member.4"', "USERNAME EQ 'Member.4'", "username eq member.4"]) {
        for (const list of ["v1/Users", "v2/Users"]) assert.deepStrictEqual(yield* found(filter, list), ["member.4"])
      }
      assert.deepStrictEqual(yield* found('email eq "member.7@simulated-1.example"'), ["member.7"])
      assert.deepStrictEqual(
        yield* found('userName sw "member.29"'),
        [29, ...Array.from({ length: 10 }, (_, n) => 290 + n)].map((n) => `member.${n}`),
      )
    }),
  )

  it.effect("join by and, or and parentheses, and binding as in RFC 7644", () =>
    Effect.gen(function* () {
      const [four, seven] = ['userName eq "member.4"', 'userName eq "member.7"']
      assert.deepStrictEqual(yield* found(`${four} or ${seven} and userName co "x"`), ["member.4"])
      assert.deepStrictEqual(yield* found(`(${four} or ${seven}) and userName co "7"`), ["member.7"])
      for (const set of ["active eq false", "ACTIVE eq '0'", 'active eq "false"']) {
        assert.deepStrictEqual(yield* found(`${set} and userName eq "member.9"`), ["member.9"], set)
        assert.deepStrictEqual(yield* found(`${set} and userName eq "member.4"`), [], set)
      }
      assert.deepStrictEqual(yield* found('active eq true and userName eq "member.4"'), ["member.4"])
      assert.deepStrictEqual(yield* found(`ultra_restricted eq '1' and userName eq "member.6"`), ["member.6"])
    }),
  )

  it.effect("find groups by their name", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* found('displayName eq "entra:sales-emea 2"', "v1/Groups"), ["entra:sales-emea 2"])
    }),
  )

  it.effect("are refused in Slack's words when they cannot be read", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* found(""), "no_filters")
      assert.strictEqual(yield* found("userName eq"), "incomplete_filter")
      assert.strictEqual(yield* found('(userName eq "x"'), "invalid_filter_group")
      assert.strictEqual(yield* found('userName eq "x")'), "invalid_filter_group")
      assert.strictEqual(yield* found('shoeSize eq "x"'), "invalid_query")
      assert.strictEqual(yield* found('userName is "x"'), "invalid_query")
    }),
  )

  it.effect("that match nothing are an empty list, or a 404 where told so", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* found('userName eq "nobody"'), [])
      const strict = yield* businessPlus({ scimNoMatch: 404 })
      const filter = encodeURIComponent('userName eq "nobody"')
      assert.strictEqual((yield* scim(strict, `GET v2/Users?filter=${filter}`)).status, 404)
    }),
  )
})

describe("a hand-made workspace", () => {
  const path = fixture("oracle/workspace.json")
  it.effect.skipIf(path === undefined)("shows its scim part as it stands, in the words of the version", () =>
    Effect.gen(function* () {
      const { scim: raw } = JSON.parse(readFileSync(path!, "utf8"))
      const slack = yield* businessPlus({ workspace: yield* readWorkspaceFile(path!) })
      assert.deepStrictEqual(yield* resources(slack, "v2/Users"), raw.users)
      assert.deepStrictEqual(yield* resources(slack, "v2/Groups"), raw.groups)
      const [first] = yield* resources(slack, "v1/Users")
      assert.deepStrictEqual(first.schemas, ["urn:scim:schemas:core:1.0"])
      assert.include(first.meta.location, "/scim/v1/")
    }),
  )

  it.effect("without a scim part has no accounts and no groups there", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ workspace: { team: { id: "T1", name: "Tiny" }, users: [{ id: "U1" }] } })
      assert.strictEqual((yield* scim(slack, "GET v2/Users")).json["totalResults"], 0)
      assert.strictEqual((yield* scim(slack, "GET v2/Groups")).json["totalResults"], 0)
    }),
  )
})

describe("one resource", () => {
  it.effect("is found by its id as the list shows it", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const [account] = yield* resources(slack, "v2/Users")
      const [group] = yield* resources(slack, "v2/Groups")
      assert.deepStrictEqual((yield* scim(slack, `GET v2/Users/${account.id}`)).json, account)
      assert.deepStrictEqual((yield* scim(slack, `GET v2/Groups/${group.id}`)).json, group)
    }),
  )

  it.effect("of a stranger or Slackbot there is not", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const stranger = (yield* walk(slack)).flat().find((member) => member["is_stranger"])!["id"]
      for (const id of [stranger, "USLACKBOT"]) {
        assert.strictEqual((yield* scim(slack, `GET v2/Users/${id}`)).status, 404)
      }
      assert.match(yield* idOf(slack, "member"), /^U/)
    }),
  )
})
