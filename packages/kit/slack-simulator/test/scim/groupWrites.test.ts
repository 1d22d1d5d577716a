import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { RunningSimulator, SimulatorOptions } from "../../src/index.ts"
import { businessPlus, codeOf, idOf, patchOp, resources, scim } from "./scimCalling.ts"

/** A simulator and one of its groups, which has members. */
const withGroup = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const slack = yield* businessPlus({ users: 200, idpGroups: 8, ...options })
  const groups = yield* resources(slack, "v2/Groups")
  const group = groups.find(({ members }) => members.length > 2)
  const members: Array<string> = group.members.map(({ value }: { value: string }) => value)
  const id: string = group.id
  return { slack, id, members }
})

const membersOf = (slack: RunningSimulator, id: string): Effect.Effect<Array<string>, unknown> =>
  Effect.map(scim(slack, `GET v2/Groups/${id}`), ({ json }) =>
    json["members"].map(({ value }: { value: string }) => value),
  )

/** An active member of the workspace who is not in the group. */
const outsider = Effect.fnUntraced(function* (slack: RunningSimulator, members: ReadonlyArray<string>) {
  const accounts = yield* resources(slack, "v2/Users")
  const found: string = accounts.find(
    (account) =>
      account.active &&
      !members.includes(account.id) &&
      account.emails[0].value.startsWith("member") &&
      !JSON.stringify(account).includes("slack:guest"),
  ).id
  return found
})

describe("PATCH of a group on v2", () => {
  it.effect("adds one member, answers with the group, and adds nobody twice", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup()
      const added = yield* outsider(slack, members)
      const body = patchOp({ op: "add", path: "members", value: [{ value: added }] })
      const { status, json } = yield* scim(slack, `PATCH v2/Groups/${id}`, body)
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(
        json["members"].map(({ value }: { value: string }) => value),
        [...members, added],
      )
      yield* scim(slack, `PATCH v2/Groups/${id}`, body)
      assert.deepStrictEqual(yield* membersOf(slack, id), [...members, added])
      const account = (yield* scim(slack, `GET v2/Users/${added}`)).json
      assert.include(
        account["groups"].map(({ value }: { value: string }) => value),
        id,
      )
    }),
  )

  it.effect("removes one member by a filtered path, the id quoted or not, and nobody when it is no member", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup()
      const remove = (path: string) => scim(slack, `PATCH v2/Groups/${id}`, patchOp({ op: "remove", path }))
      yield* remove(`members[value eq "${members[0]}"]`)
      assert.deepStrictEqual(yield* membersOf(slack, id), members.slice(1))
      yield* remove(`members[value eq ${members[1]}]`)
      assert.deepStrictEqual(yield* membersOf(slack, id), members.slice(2))
      assert.strictEqual((yield* remove(`members[value eq "${members[0]}"]`)).status, 200)
      assert.deepStrictEqual(yield* membersOf(slack, id), members.slice(2))
    }),
  )

  it.effect("empties the group when members are removed without a filter", () =>
    Effect.gen(function* () {
      const { slack, id } = yield* withGroup()
      yield* scim(slack, `PATCH v2/Groups/${id}`, patchOp({ op: "remove", path: "members" }))
      assert.deepStrictEqual(yield* membersOf(slack, id), [])
    }),
  )

  it.effect("empties it too when the removal names members, or removes those, as the option says", () =>
    Effect.gen(function* () {
      for (const removeWithValue of ["empties", "removes"] as const) {
        const { slack, id, members } = yield* withGroup({ removeWithValue })
        const body = patchOp({ op: "remove", path: "members", value: [{ value: members[0] }] })
        yield* scim(slack, `PATCH v2/Groups/${id}`, body)
        assert.deepStrictEqual(yield* membersOf(slack, id), removeWithValue === "empties" ? [] : members.slice(1))
      }
    }),
  )

  it.effect("replaces members and name, with a path or in one value, op in any letters", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup()
      const one = [{ value: members[0] }]
      yield* scim(slack, `PATCH v2/Groups/${id}`, patchOp({ op: "Replace", path: "members", value: one }))
      assert.deepStrictEqual(yield* membersOf(slack, id), [members[0]])
      const value = { displayName: "renamed", members: [] }
      const { json } = yield* scim(slack, `PATCH v2/Groups/${id}`, patchOp({ op: "replace", value }))
      assert.deepStrictEqual([json["displayName"], json["members"]], ["renamed", []])
    }),
  )

  it.effect("answers 204 without a body where told so", () =>
    Effect.gen(function* () {
      const { slack, id } = yield* withGroup({ groupPatchReply: 204 })
      const { status, text } = yield* scim(slack, `PATCH v2/Groups/${id}`, patchOp())
      assert.deepStrictEqual([status, text], [204, ""])
    }),
  )

  it.effect(
    "is refused without schemas, without operations, and when it cannot be read, and changes nothing then",
    () =>
      Effect.gen(function* () {
        const { slack, id, members } = yield* withGroup()
        const remove = { op: "remove", path: "members" }
        const refusals: ReadonlyArray<readonly [unknown, string]> = [
          [{ Operations: [remove] }, "missing_schema_element"],
          [{ schemas: [] }, "invalid_request_payload"],
          ["{", "invalid_request_payload"],
          ["[]", "invalid_request_payload"],
          [patchOp(remove, { op: "move", path: "members" }), "invalid_request_payload"],
          [patchOp(remove, { op: "remove", path: "members[" }), "invalid_attribute_format"],
          [patchOp({ op: "add", path: "members", value: [{ id: "U1" }] }), "invalid_attribute_format"],
        ]
        for (const [body, code] of refusals) {
          const reply = yield* scim(slack, `PATCH v2/Groups/${id}`, body)
          assert.deepStrictEqual([reply.status, codeOf(reply)], [400, code], JSON.stringify(body))
        }
        assert.deepStrictEqual(yield* membersOf(slack, id), members)
      }),
  )
})

describe("PATCH of a group on v1", () => {
  it.effect("lays a partial group over it: members come and go, 204 and no body", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup()
      const added = yield* outsider(slack, members)
      const body = { members: [{ value: members[0], operation: "delete" }, { value: added }] }
      const { status, text } = yield* scim(slack, `PATCH v1/Groups/${id}`, body)
      assert.deepStrictEqual([status, text], [204, ""])
      assert.deepStrictEqual(yield* membersOf(slack, id), [...members.slice(1), added])
      yield* scim(slack, `PATCH v1/Groups/${id}`, { displayName: "renamed" })
      const { json } = yield* scim(slack, `GET v1/Groups/${id}`)
      assert.strictEqual(json["displayName"], "renamed")
      assert.strictEqual(json["members"].length, members.length)
    }),
  )
})

describe("a new member", () => {
  const adding = Effect.fnUntraced(function* (member: string, options: SimulatorOptions = {}) {
    const { slack, id } = yield* withGroup(options)
    const value = member === "guest" || member === "deactivated" ? yield* idOf(slack, member) : member
    const v1 = yield* scim(slack, `PATCH v1/Groups/${id}`, { members: [{ value }] })
    const v2 = yield* scim(slack, `PATCH v2/Groups/${id}`, patchOp({ op: "add", path: "members", value: [{ value }] }))
    return [codeOf(v1), codeOf(v2)]
  })

  it.effect("may be neither a guest nor deactivated nor unknown", () =>
    Effect.gen(function* () {
      const unable = "unable_to_add_deleted_or_guest_to_group"
      assert.deepStrictEqual(yield* adding("guest"), [unable, unable])
      assert.deepStrictEqual(yield* adding("deactivated"), [unable, unable])
      assert.deepStrictEqual(yield* adding("U0NOBODY"), ["no_such_group_members", "no_such_group_members"])
      assert.deepStrictEqual(yield* adding("USLACKBOT"), ["no_such_group_members", "no_such_group_members"])
    }),
  )

  it.effect("is refused when the group is full, while members may still go", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup({ groupMemberCap: 3 })
      const patch = (operation: object) => scim(slack, `PATCH v2/Groups/${id}`, patchOp(operation))
      const value = [{ value: yield* outsider(slack, members) }]
      assert.strictEqual(codeOf(yield* patch({ op: "add", path: "members", value })), "group_member_max_exceeded")
      const gone = yield* patch({ op: "remove", path: `members[value eq "${members[0]}"]` })
      assert.strictEqual(gone.status, 200)
    }),
  )

  it.effect("is refused among more than fifteen thousand in one call", () =>
    Effect.gen(function* () {
      const { slack, id } = yield* withGroup()
      const value = Array.from({ length: 15_001 }, (_, n) => ({ value: `U${n}` }))
      assert.strictEqual(
        codeOf(yield* scim(slack, `PATCH v2/Groups/${id}`, patchOp({ op: "add", path: "members", value }))),
        "too_many_users",
      )
      assert.strictEqual(codeOf(yield* scim(slack, `PATCH v1/Groups/${id}`, { members: value })), "too_many_users")
    }),
  )

  it.effect("does not hinder a member who is a ghost or has become a guest: who is in stays in", () =>
    Effect.gen(function* () {
      const slack = yield* businessPlus({ users: 200, idpGroups: 2 })
      // The second group is the one with a ghost.
      const group = (yield* resources(slack, "v2/Groups"))[1]
      const { status, json } = yield* scim(slack, `PUT v2/Groups/${group.id}`, { schemas: [], members: group.members })
      assert.strictEqual(status, 200)
      assert.strictEqual(json["members"].length, group.members.length)
    }),
  )
})

describe("the groups that an account shows", () => {
  it.effect("are each shown once, under its new name, and not once it is deleted", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup()
      const shown = Effect.map(
        scim(slack, `GET v2/Users/${members[0]}`),
        ({ json }): Array<{ value: string; display: string }> =>
          json["groups"].filter(({ value }: { value: string }) => value === id),
      )
      yield* scim(slack, `PATCH v1/Groups/${id}`, { displayName: "renamed" })
      assert.deepStrictEqual(yield* shown, [{ value: id, display: "renamed" }])
      yield* scim(slack, `DELETE v1/Groups/${id}`)
      assert.deepStrictEqual(yield* shown, [])
    }),
  )
})

describe("a whole group", () => {
  it.effect("is created with 201, stands in the list, and is changed as others are", () =>
    Effect.gen(function* () {
      const { slack } = yield* withGroup()
      const member = yield* idOf(slack, "member")
      const body = {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        displayName: "new",
        members: [{ value: member }],
      }
      const { status, json } = yield* scim(slack, "POST v2/Groups", body)
      assert.strictEqual(status, 201)
      assert.match(json["id"], /^S0[0-9A-Z]{7}$/)
      const listed = (yield* resources(slack, "v2/Groups")).find(({ id }) => id === json["id"])
      assert.deepStrictEqual(listed, json)
      assert.include(listed.members[0], { value: member })
      yield* scim(slack, `PATCH v1/Groups/${json["id"]}`, { members: [{ value: member, operation: "delete" }] })
      assert.deepStrictEqual(yield* membersOf(slack, json["id"]), [])
    }),
  )

  it.effect("is not created without schemas or name, or with members who may not be", () =>
    Effect.gen(function* () {
      const { slack } = yield* withGroup()
      const create = (body: object) => Effect.map(scim(slack, "POST v1/Groups", body), codeOf)
      assert.strictEqual(yield* create({ displayName: "x" }), "missing_schema_element")
      assert.strictEqual(yield* create({ schemas: [] }), "invalid_name_required")
      const members = [{ value: yield* idOf(slack, "guest") }]
      const unable = "unable_to_add_deleted_or_guest_to_group"
      assert.strictEqual(yield* create({ schemas: [], displayName: "x", members }), unable)
    }),
  )

  it.effect("is overwritten by PUT: without members it is empty", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup()
      assert.strictEqual(codeOf(yield* scim(slack, `PUT v2/Groups/${id}`, {})), "missing_schema_element")
      yield* scim(slack, `PUT v2/Groups/${id}`, { schemas: [], members: [{ value: members[0] }] })
      assert.deepStrictEqual(yield* membersOf(slack, id), [members[0]])
      yield* scim(slack, `PUT v2/Groups/${id}`, { schemas: [], displayName: "kept" })
      assert.deepStrictEqual(yield* membersOf(slack, id), [])
    }),
  )

  it.effect("is deleted for good", () =>
    Effect.gen(function* () {
      const { slack, id, members } = yield* withGroup()
      assert.strictEqual((yield* scim(slack, `DELETE v2/Groups/${id}`)).status, 204)
      for (const verb of ["DELETE", "GET", "PATCH", "PUT"]) {
        const reply = yield* scim(slack, `${verb} v2/Groups/${id}`, verb === "GET" ? undefined : {})
        assert.deepStrictEqual([reply.status, codeOf(reply)], [404, "no_such_group"], verb)
      }
      assert.notInclude(
        (yield* resources(slack, "v2/Groups")).map((group) => group.id),
        id,
      )
      const { json } = yield* scim(slack, `GET v2/Users/${members[0]}`)
      assert.notInclude(
        json["groups"].map(({ value }: { value: string }) => value),
        id,
      )
    }),
  )
})
