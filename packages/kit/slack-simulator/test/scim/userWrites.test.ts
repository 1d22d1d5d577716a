import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { makeSimulator, type RunningSimulator } from "../../src/index.ts"
import { call, walk } from "../calling.ts"
import { businessPlus, codeOf, idOf, memberAt, patchOp, resources, scim } from "./scimCalling.ts"

const isActive = (slack: RunningSimulator, id: string) =>
  Effect.map(scim(slack, `GET v2/Users/${id}`), ({ json }) => json["active"] === true)
const deactivate = patchOp({ op: "replace", path: "active", value: false })
const activate = patchOp({ op: "replace", path: "active", value: true })

describe("an account", () => {
  it.effect("is deactivated and activated by PATCH, on both versions", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      for (const [version, off, on] of [
        ["v2", deactivate, activate],
        ["v2", patchOp({ op: "replace", value: { active: false } }), patchOp({ op: "add", value: { active: true } })],
        ["v1", { active: false }, { schemas: ["urn:scim:schemas:core:1.0"], active: true }],
      ] as const) {
        assert.strictEqual((yield* scim(slack, `PATCH ${version}/Users/${id}`, off)).status, 200)
        assert.isFalse(yield* isActive(slack, id))
        yield* scim(slack, `PATCH ${version}/Users/${id}`, on)
        assert.isTrue(yield* isActive(slack, id))
      }
    }),
  )

  it.effect("is deactivated and activated where active is text, as Entra ID writes it", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      for (const [off, on] of [
        [
          patchOp({ op: "Replace", path: "active", value: "False" }),
          patchOp({ op: "Replace", path: "active", value: "True" }),
        ],
        [patchOp({ op: "replace", value: { active: "false" } }), patchOp({ op: "add", value: { active: "true" } })],
      ] as const) {
        assert.strictEqual((yield* scim(slack, `PATCH v2/Users/${id}`, off)).status, 200)
        assert.isFalse(yield* isActive(slack, id))
        yield* scim(slack, `PATCH v2/Users/${id}`, on)
        assert.isTrue(yield* isActive(slack, id))
      }
      const nonsense = patchOp({ op: "replace", path: "active", value: "maybe" })
      assert.strictEqual((yield* scim(slack, `PATCH v2/Users/${id}`, nonsense)).status, 400)
    }),
  )

  it.effect("is deactivated by DELETE, as often as one likes, and is still listed", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      for (const version of ["v1", "v2"]) {
        const { status, text } = yield* scim(slack, `DELETE ${version}/Users/${id}`)
        assert.deepStrictEqual([status, text], [204, ""])
      }
      assert.strictEqual((yield* resources(slack, "v2/Users")).find((account) => account.id === id).active, false)
    }),
  )

  it.effect("shows as deactivated in users.list too, without its flags", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "admin")
      const member = () => Effect.map(walk(slack), (pages) => pages.flat().find((one) => one["id"] === id)!)
      assert.isTrue((yield* member())["is_admin"])
      yield* scim(slack, `DELETE v2/Users/${id}`)
      assert.isTrue((yield* member())["deleted"])
      assert.notProperty(yield* member(), "is_admin")
      yield* scim(slack, `PATCH v2/Users/${id}`, activate)
      assert.isFalse((yield* member())["deleted"])
      const deactivated = yield* idOf(slack, "deactivated")
      yield* scim(slack, `PATCH v1/Users/${deactivated}`, { active: true })
      const back = (yield* call(slack, "users.info", { user: deactivated })).json["user"]
      assert.deepInclude(back, { deleted: false, is_admin: false, is_bot: false })
    }),
  )

  it.effect("leaves its groups when it is deactivated, user groups too, and does not get them back", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 100, idpGroups: 30, userGroups: 40 })
      const accounts = yield* resources(slack, "v2/Users")
      const userGroups = () =>
        Effect.map(call(slack, "usergroups.list", { include_users: "1" }), ({ json }): Array<string> =>
          json["usergroups"].flatMap(({ users }: { users: Array<string> }) => users),
        )
      const before = new Set(yield* userGroups())
      const plain = accounts.find(
        ({ id, groups, active, userName }) =>
          active && groups.length > 1 && before.has(id) && Number(userName.split(".")[1]) > memberAt.admin,
      )
      const inGroups = () =>
        Effect.map(resources(slack, "v2/Groups"), (groups) =>
          groups.filter(({ members }) => members.some(({ value }: { value: string }) => value === plain.id)),
        )
      // A group that was written to before, and one that was not.
      yield* scim(slack, `PATCH v1/Groups/${plain.groups[0].value}`, { displayName: "touched" })
      assert.strictEqual((yield* inGroups()).length, plain.groups.length)
      yield* scim(slack, `DELETE v2/Users/${plain.id}`)
      assert.deepStrictEqual(yield* inGroups(), [])
      assert.notInclude(yield* userGroups(), plain.id)
      yield* scim(slack, `PATCH v2/Users/${plain.id}`, activate)
      assert.deepStrictEqual(yield* inGroups(), [])
      assert.deepStrictEqual((yield* scim(slack, `GET v2/Users/${plain.id}`)).json["groups"], [])
      yield* scim(slack, `PATCH v1/Groups/${plain.groups[1].value}`, { members: [{ value: plain.id }] })
      assert.strictEqual((yield* inGroups()).length, 1)
    }),
  )

  it.effect("shows its new state only after a while, though rules know it at once", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator({
        plan: "business-plus",
        rateLimits: "off",
        users: 60,
        idpGroups: 3,
        speed: 2,
      })
      const send = (method: string, path: string, body = "") =>
        Effect.map(
          slack.handle({
            method,
            target: `/scim/${path}`,
            headers: { authorization: `Bearer ${slack.userToken}` },
            body,
          }),
          (reply) => (typeof reply.body === "string" ? reply.body : ""),
        )
      const account = (index: number) =>
        Effect.map(send("GET", `v2/Users?count=1&startIndex=${index + 1}`), (text) => JSON.parse(text).Resources[0])
      const { id } = yield* account(memberAt.member)
      yield* send("DELETE", `v2/Users/${id}`)
      yield* TestClock.adjust(999)
      assert.isTrue((yield* account(memberAt.member)).active)
      const group = JSON.parse(yield* send("GET", "v2/Groups")).Resources[0].id
      const add = yield* send("PATCH", `v1/Groups/${group}`, JSON.stringify({ members: [{ value: id }] }))
      assert.include(add, "unable_to_add_deleted_or_guest_to_group")
      yield* TestClock.adjust(1)
      assert.isFalse((yield* account(memberAt.member)).active)
    }),
  )

  it.effect("takes other changes, on both versions in their own forms", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      const department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
      const v2 = yield* scim(
        slack,
        `PATCH v2/Users/${id}`,
        patchOp(
          { op: "replace", path: "title", value: "Chief" },
          { op: "replace", path: "name.givenName", value: "Ada" },
          { op: "add", path: department, value: "R&D" },
          { op: "add", path: "emails", value: [{ value: "second@example.com" }] },
          { op: "replace", path: "id", value: "U0OTHER" },
        ),
      )
      assert.deepInclude(v2.json, { id, title: "Chief" })
      assert.strictEqual(v2.json["name"].givenName, "Ada")
      assert.strictEqual(v2.json["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"].department, "R&D")
      assert.strictEqual(v2.json["emails"].length, 2)
      const v1 = yield* scim(slack, `PATCH v1/Users/${id}`, {
        emails: [{ value: "second@example.com", operation: "delete" }],
        "urn:scim:schemas:extension:enterprise:1.0": { costCenter: "9" },
        meta: { attributes: ["title", "urn:scim:schemas:extension:enterprise:1.0.department"] },
      })
      assert.notProperty(v1.json, "title")
      assert.strictEqual(v1.json["emails"].length, 1)
      const enterprise = v1.json["urn:scim:schemas:extension:enterprise:1.0"]
      assert.strictEqual(enterprise.costCenter, "9")
      assert.notProperty(enterprise, "department")
      assert.isTrue(v1.json["active"])
    }),
  )

  it.effect("keeps of its addresses what a change does not name", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      const emails = [
        { value: "a@example.com", type: "home" },
        { value: "b@example.com", type: "home", primary: true },
      ]
      const patch = (operation: object) =>
        Effect.map(scim(slack, `PATCH v2/Users/${id}`, patchOp(operation)), ({ json }) => json["emails"])
      assert.deepStrictEqual(yield* patch({ op: "replace", path: "emails", value: emails }), emails)
      const filter = encodeURIComponent('email eq "b@example.com"')
      assert.strictEqual((yield* scim(slack, `GET v2/Users?filter=${filter}`)).json["Resources"][0]?.id, id)
      const typed = yield* patch({ op: "replace", path: 'emails[value eq "a@example.com"].type', value: "work" })
      assert.deepStrictEqual(typed, [{ value: "a@example.com", type: "work" }, emails[1]])
      const same = { emails: [{ value: "b@example.com", type: "work" }] }
      assert.deepStrictEqual((yield* scim(slack, `PATCH v1/Users/${id}`, same)).json["emails"], [
        { value: "a@example.com", type: "work" },
        { value: "b@example.com", type: "work", primary: true },
      ])
      const left = yield* patch({ op: "remove", path: "emails", value: [{ value: "a@example.com" }] })
      assert.deepStrictEqual(left, [{ value: "b@example.com", type: "work", primary: true }])
    }),
  )

  it.effect("loses a whole part on v1 by its operation delete", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      const { json } = yield* scim(slack, `PATCH v1/Users/${id}`, { name: { operation: "delete" }, title: "kept" })
      assert.notProperty(json, "name")
      assert.strictEqual(json["title"], "kept")
    }),
  )

  it.effect("is overwritten by PUT, and deactivated by one without active", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      const body = { schemas: [], userName: "renamed", emails: [{ value: "r@example.com", primary: true }] }
      const kept = yield* scim(slack, `PUT v2/Users/${id}`, { ...body, active: true })
      assert.deepInclude(kept.json, { id, userName: "renamed", active: true })
      assert.notProperty(kept.json, "title")
      assert.strictEqual((yield* scim(slack, `PUT v2/Users/${id}`, body)).json["active"], false)
      assert.strictEqual(codeOf(yield* scim(slack, `PUT v2/Users/${id}`, {})), "missing_schema_element")
      assert.strictEqual(codeOf(yield* scim(slack, `PUT v2/Users/${id}`, { schemas: [] })), "username_required")
    }),
  )

  it.effect("of a hand-made workspace is written to as well, however little stands about it", () =>
    Effect.gen(function* () {
      const users = [
        { id: "U1", is_owner: true, is_admin: true },
        { id: "U2", is_admin: true },
      ]
      const scimPart = {
        users: [{ id: "U1" }, { id: "U2", userName: "two@example.com", odd: [1], groups: [{ value: "S1" }] }],
        groups: [{ id: "S1", displayName: "one", members: [{ value: "U2", display: "Two" }, { value: "U9" }] }],
      }
      const workspace = { team: { id: "T1", name: "Tiny" }, users, scim: scimPart }
      const slack = yield* businessPlus({ workspace, userTokenRank: "admin" })
      assert.strictEqual(codeOf(yield* scim(slack, "DELETE v2/Users/U1")), "cannot_modify_owner")
      yield* scim(slack, "PATCH v1/Groups/S1", { members: [{ value: "U1" }, { value: "U9", operation: "delete" }] })
      assert.deepStrictEqual((yield* scim(slack, "GET v2/Groups/S1")).json["members"], [
        { value: "U2", display: "Two" },
        { value: "U1", display: "" },
      ])
      yield* scim(slack, "PATCH v2/Users/U2", deactivate)
      assert.deepStrictEqual((yield* scim(slack, "GET v2/Users/U2")).json, {
        id: "U2",
        userName: "two@example.com",
        odd: [1],
        groups: [],
        active: false,
      })
      assert.deepStrictEqual((yield* walk(slack)).flat()[1], { id: "U2", deleted: true })
      yield* scim(slack, "PATCH v2/Users/U2", patchOp({ op: "replace", path: "title", value: "Chief" }))
      assert.deepInclude((yield* scim(slack, "GET v2/Users/U2")).json, { userName: "two@example.com", title: "Chief" })
    }),
  )

  it.effect("takes no active that is neither true nor false", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const id = yield* idOf(slack, "member")
      const body = patchOp({ op: "replace", path: "active", value: "maybe" })
      assert.strictEqual(codeOf(yield* scim(slack, `PATCH v2/Users/${id}`, body)), "invalid_attribute_format")
      assert.isTrue(yield* isActive(slack, id))
    }),
  )
})

describe("a new account", () => {
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
  const emails = [{ value: "new@example.com", primary: true }]

  it.effect("is created with 201, its user name the local part of an address", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const { status, json } = yield* scim(slack, "POST v2/Users", { schemas, userName: "new@example.com", emails })
      assert.strictEqual(status, 201)
      assert.deepInclude(json, { userName: "new", active: true, externalId: "" })
      assert.include(
        (yield* resources(slack, "v2/Users")).map(({ id }) => id),
        json["id"],
      )
      yield* scim(slack, `DELETE v2/Users/${json["id"]}`)
      assert.isFalse(yield* isActive(slack, json["id"]))
    }),
  )

  it.effect("may be deactivated from the start, and shows no password", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const body = { schemas, userName: "new", emails, active: false, password: "simulated" }
      const { json } = yield* scim(slack, "POST v2/Users", body)
      assert.strictEqual(json["active"], false)
      assert.notProperty(json, "password")
    }),
  )

  it.effect("is refused without what it needs, and under a name or address that is taken", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const create = (body: object) =>
        Effect.map(scim(slack, "POST v2/Users", body), (reply) => [reply.status, codeOf(reply)])
      assert.deepStrictEqual(yield* create({ userName: "a", emails }), [400, "missing_schema_element"])
      assert.deepStrictEqual(yield* create({ schemas, emails }), [400, "username_required"])
      assert.deepStrictEqual(yield* create({ schemas, userName: "a" }), [400, "missing_primary_email"])
      assert.deepStrictEqual(yield* create({ schemas, userName: "a".repeat(22), emails }), [400, "username_too_long"])
      assert.deepStrictEqual(yield* create({ schemas, userName: "member.4", emails }), [409, "username_taken"])
      const taken = [{ value: "member.4@simulated-1.example", primary: true }]
      assert.deepStrictEqual(yield* create({ schemas, userName: "a", emails: taken }), [409, "email_taken"])
    }),
  )
})

describe("whom a token cannot touch", () => {
  it.effect("is everybody with more rights than its owner", () =>
    Effect.gen(function* () {
      const allowed = {
        admin: { admin: undefined, owner: "cannot_modify_owner", primaryOwner: "cannot_modify_owner" },
        owner: { admin: undefined, owner: undefined, primaryOwner: "cannot_modify_owner" },
        primaryOwner: { admin: undefined, owner: undefined, primaryOwner: "cannot_disable_primary_owner" },
      } as const
      for (const userTokenRank of ["admin", "owner", "primaryOwner"] as const) {
        for (const target of ["admin", "owner", "primaryOwner"] as const) {
          const slack = yield* businessPlus({ userTokenRank })
          const id = yield* idOf(slack, target)
          for (const request of [
            scim(slack, `PATCH v2/Users/${id}`, deactivate),
            scim(slack, `DELETE v1/Users/${id}`),
          ]) {
            assert.strictEqual(codeOf(yield* request), allowed[userTokenRank][target], `${userTokenRank} on ${target}`)
          }
          assert.strictEqual(yield* isActive(slack, id), allowed[userTokenRank][target] !== undefined)
        }
      }
    }),
  )

  it.effect("is who auth.test says the token is", () =>
    Effect.gen(function* () {
      for (const userTokenRank of ["admin", "owner", "primaryOwner"] as const) {
        const slack = yield* businessPlus({ userTokenRank })
        const { json } = yield* call(slack, "auth.test", {}, slack.userToken)
        assert.strictEqual(json["user_id"], yield* idOf(slack, userTokenRank))
      }
    }),
  )

  it.effect("is a bot", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus()
      const reply = yield* scim(slack, `DELETE v2/Users/${yield* idOf(slack, "bot")}`)
      assert.deepStrictEqual([reply.status, codeOf(reply)], [403, "cannot_disable_bot_user_with_scim"])
      // One that is deactivated already may be deactivated again.
      const gone = (yield* resources(slack, "v2/Users"))[memberAt.deactivated + 1]
      const member = (yield* call(slack, "users.info", { user: gone.id })).json["user"]
      assert.deepInclude(member, { is_bot: true, deleted: true })
      assert.strictEqual((yield* scim(slack, `DELETE v2/Users/${gone.id}`)).status, 204)
    }),
  )
})
