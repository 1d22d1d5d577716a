import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { groupPatch, ScimClient, type ScimClientOptions, userPatch } from "../src/index.ts"
import { clientLayer, type Script, scimServer } from "./scimServer.ts"

const group = { id: "S1", displayName: "Crew", members: [{ value: "U1", display: "ada" }] }

/** Calls a server that answers so; the result of the call and what the server saw. */
const calling = <A, E>(
  script: Script,
  use: (client: ScimClient["Service"]) => Effect.Effect<A, E>,
  options: Partial<ScimClientOptions> = {},
) =>
  Effect.gen(function* () {
    const server = yield* scimServer(script)
    const result = yield* ScimClient.use(use).pipe(Effect.provide(clientLayer({ ...server, ...options })))
    return { result, sent: server.requests.map(({ line, body }) => ({ line, body })) }
  })

const v1 = { version: "v1" } as const
const core1 = ["urn:scim:schemas:core:1.0"]
const patchOp = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
const unanswered = [{ status: 204 }]

describe("one member of a group", () => {
  it.live("is added by one call that names no other member, and the group after it is the result", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* calling([{ body: group }], ({ groups }) => groups.addMember("S1", "U1"))
      assert.deepStrictEqual(result, {
        id: "S1",
        displayName: "Crew",
        members: [{ id: "U1", display: "ada" }],
        unreadableMembers: 0,
      })
      assert.deepStrictEqual(sent, [
        {
          line: "PATCH /scim/v2/Groups/S1",
          body: { schemas: patchOp, Operations: [{ op: "add", path: "members", value: [{ value: "U1" }] }] },
        },
      ])
    }),
  )

  it.live("is removed by a filtered path with the id quoted, never by the bare path, which empties the group", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* calling(unanswered, ({ groups }) => groups.removeMember("S1", "U1"))
      assert.isUndefined(result)
      assert.deepStrictEqual(sent, [
        {
          line: "PATCH /scim/v2/Groups/S1",
          body: { schemas: patchOp, Operations: [{ op: "remove", path: 'members[value eq "U1"]' }] },
        },
      ])
    }),
  )

  it.live("cannot widen the path by an odd id", () =>
    Effect.gen(function* () {
      const { sent } = yield* calling(unanswered, ({ groups }) => groups.removeMember("S1", '"] or id pr or x["'))
      assert.deepStrictEqual(sent[0]?.body, {
        schemas: patchOp,
        Operations: [{ op: "remove", path: String.raw`members[value eq "\"] or id pr or x[\""]` }],
      })
    }),
  )

  it.live("is added and removed in v1 by a partial group", () =>
    Effect.gen(function* () {
      const added = yield* calling(unanswered, ({ groups }) => groups.addMember("S1", "U1"), v1)
      const removed = yield* calling(unanswered, ({ groups }) => groups.removeMember("S1", "U1"), v1)
      assert.isUndefined(added.result)
      assert.deepStrictEqual(
        [added, removed].map(({ sent }) => sent),
        [
          [{ line: "PATCH /scim/v1/Groups/S1", body: { schemas: core1, members: [{ value: "U1" }] } }],
          [
            {
              line: "PATCH /scim/v1/Groups/S1",
              body: { schemas: core1, members: [{ value: "U1", operation: "delete" }] },
            },
          ],
        ],
      )
    }),
  )
})

describe("changes of a group", () => {
  it.live("go together in one call, in the order in which they are given", () =>
    Effect.gen(function* () {
      const changes = [
        groupPatch.rename("New"),
        groupPatch.addMembers("U1", "U2"),
        groupPatch.removeMembers("U3", "U4"),
      ]
      const [first, ...rest] = changes
      assert.isDefined(first)
      const { sent } = yield* calling(unanswered, ({ groups }) => groups.patch("S1", [first, ...rest]))
      assert.deepStrictEqual(sent[0]?.body, {
        schemas: patchOp,
        Operations: [
          { op: "replace", path: "displayName", value: "New" },
          { op: "add", path: "members", value: [{ value: "U1" }, { value: "U2" }] },
          { op: "remove", path: 'members[value eq "U3"]' },
          { op: "remove", path: 'members[value eq "U4"]' },
        ],
      })
      const inV1 = yield* calling(unanswered, ({ groups }) => groups.patch("S1", [first, ...rest]), v1)
      assert.deepStrictEqual(inV1.sent[0]?.body, {
        schemas: core1,
        displayName: "New",
        members: [
          { value: "U1" },
          { value: "U2" },
          { value: "U3", operation: "delete" },
          { value: "U4", operation: "delete" },
        ],
      })
    }),
  )

  it.live("empty it only where that is what was asked for", () =>
    Effect.gen(function* () {
      const empty = [groupPatch.removeAllMembers()] as const
      const v2Sent = (yield* calling(unanswered, ({ groups }) => groups.patch("S1", empty))).sent
      const v1Sent = (yield* calling(unanswered, ({ groups }) => groups.patch("S1", empty), v1)).sent
      assert.deepStrictEqual(v2Sent[0]?.body, { schemas: patchOp, Operations: [{ op: "remove", path: "members" }] })
      assert.deepStrictEqual(v1Sent[0]?.body, { schemas: core1, meta: { attributes: ["members"] } })
    }),
  )
})

describe("changes of a user", () => {
  const changes = [
    userPatch.deactivate(),
    userPatch.set("title", "Lead"),
    userPatch.set("givenName", "Ada"),
    userPatch.set("familyName", "Byron"),
    userPatch.set("managerId", "U9"),
    userPatch.clear("nickName"),
    userPatch.clear("guestExpiration"),
  ] as const

  it.live("are operations in v2, each with the path of its schema", () =>
    Effect.gen(function* () {
      const { sent } = yield* calling(unanswered, ({ users }) => users.patch("U1", changes))
      const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
      assert.deepStrictEqual(sent, [
        {
          line: "PATCH /scim/v2/Users/U1",
          body: {
            schemas: patchOp,
            Operations: [
              { op: "replace", path: "active", value: false },
              { op: "replace", path: "title", value: "Lead" },
              { op: "replace", path: "name.givenName", value: "Ada" },
              { op: "replace", path: "name.familyName", value: "Byron" },
              { op: "replace", path: `${enterprise}:manager`, value: { managerId: "U9" } },
              { op: "remove", path: "nickName" },
              { op: "remove", path: "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User:expiration" },
            ],
          },
        },
      ])
    }),
  )

  it.live("are a partial user in v1, and what is cleared is named in meta.attributes", () =>
    Effect.gen(function* () {
      const { sent } = yield* calling(unanswered, ({ users }) => users.patch("U1", changes), v1)
      const enterprise = "urn:scim:schemas:extension:enterprise:1.0"
      const guest = "urn:scim:schemas:extension:slack:guest:1.0"
      assert.deepStrictEqual(sent[0]?.body, {
        schemas: [...core1, enterprise, guest],
        active: false,
        title: "Lead",
        name: { givenName: "Ada", familyName: "Byron" },
        [enterprise]: { manager: { managerId: "U9" } },
        meta: { attributes: ["nickName", `${guest}.expiration`] },
      })
    }),
  )
})
