import type { JsonValue } from "@bufbuild/protobuf"
import { create } from "@bufbuild/protobuf"
import { anyUnpack } from "@bufbuild/protobuf/wkt"
import { assert, describe, it } from "vitest"
import { MalformedMessage } from "../src/index.ts"
import {
  BatonActionStatus,
  GetActionStatusResponseSchema,
  GrantManagerServiceGrantResponseSchema,
  InvokeActionResponseSchema,
  RateLimitDescriptionSchema,
  Task_GrantTaskSchema,
  Task_RevokeTaskSchema,
} from "../src/messages.ts"
import {
  actionSchema,
  actionStatusResponse,
  capabilitiesToJson,
  connectorMetadata,
  fromActionValues,
  grantResponse,
  grantTaskToChange,
  invokeActionResponse,
  listActionSchemasResponse,
  rateLimitDescription,
  resourceTypeCapabilityToJson,
  revokeTaskToChange,
  toActionValues,
} from "../src/service.ts"

const group = { resourceType: "group", resource: "G:1" }
const user = { resourceType: "user", resource: "U1" }
const id = { resourceType: "group", resource: "G:1" }
const principal = { id: user }

const grantTask = (entitlement: object | undefined, holder: object | undefined = principal) =>
  grantTaskToChange(
    create(Task_GrantTaskSchema, {
      ...(entitlement === undefined ? {} : { entitlement }),
      ...(holder === undefined ? {} : { principal: holder }),
    }),
  )

const problemOf = (result: unknown): string => {
  if (!(result instanceof MalformedMessage)) throw new Error("it was understood")
  return result.message
}

describe("a change that C1 asks for", () => {
  it("is known by the parts of its entitlement, whatever colons they hold", () => {
    assert.deepStrictEqual(grantTask({ id: "x", slug: "member", resource: { id } }), {
      entitlement: { id: "x", resource: group, slug: "member" },
      principal: user,
    })
  })

  it("is understood from the entitlement's id alone", () => {
    assert.deepStrictEqual(grantTask({ id: "group:G:1:member" }), {
      entitlement: { id: "group:G:1:member", resource: group, slug: "member" },
      principal: user,
    })
  })

  it("is refused where a part is missing, by the part's name", () => {
    const entitlement = { id: "group:G:1:member" }
    const cases = [
      [grantTask(undefined), "the entitlement has an empty id"],
      [grantTask({}), "the entitlement has an empty id"],
      [grantTask({ id: "x", slug: "member" }), "the entitlement has no resource"],
      [grantTask({ id: "x", slug: "member", resource: { id: {} } }), "the type of its resource has an empty id"],
      [grantTask({ id: "x", resource: { id } }), "the entitlement has no slug"],
      [grantTask(entitlement, {}), "the type of the principal has an empty id"],
      [grantTask(entitlement, { id: { resourceType: "user" } }), "the principal has an empty id"],
    ] as const
    for (const [change, problem] of cases) assert.strictEqual(problemOf(change), problem)
    assert.strictEqual(problemOf(revokeTaskToChange(create(Task_RevokeTaskSchema))), "the entitlement has an empty id")
  })

  it("is refused where an id is longer than C1's records may have", () => {
    const long = "x".repeat(1025)
    assert.match(problemOf(grantTask({ id: `group:${long}:member` })), /longer than 1024 bytes/)
    assert.match(
      problemOf(grantTask({ id: "group:G:1:member" }, { id: { resourceType: "user", resource: long } })),
      /longer than 1024 bytes/,
    )
  })
})

describe("the values of an action", () => {
  const fields = [
    { name: "user_id", type: "text" },
    { name: "force", type: "boolean" },
  ] as const

  it("are the texts and booleans that it takes, and no others", () => {
    const given = { user_id: "U1", force: false, more: "x" }
    assert.deepStrictEqual(toActionValues(given, fields), { user_id: "U1", force: false })
    assert.deepStrictEqual(toActionValues(undefined, fields), {})
  })

  it("of another type than the action takes are refused by name", () => {
    const odds: ReadonlyArray<readonly [odd: JsonValue, kind: string]> = [
      [7, "a number"],
      [true, "a boolean"],
      [["U1"], "a list"],
      [{ id: "U1" }, "an object"],
    ]
    for (const [odd, kind] of odds) {
      const values = toActionValues({ user_id: odd, force: true }, fields)
      assert.instanceOf(values, MalformedMessage)
      assert.strictEqual(values.message, `its argument user_id is ${kind} and must be a string`)
    }
    const asText = toActionValues({ force: "yes" }, fields)
    assert.instanceOf(asText, MalformedMessage)
    assert.strictEqual(asText.message, "its argument force is a string and must be a boolean")
  })

  it("lack what is null", () => {
    assert.deepStrictEqual(toActionValues({ user_id: null, force: true }, fields), { force: true })
  })

  it("are not taken from what every object has", () => {
    assert.deepStrictEqual(
      toActionValues(
        {},
        ["constructor", "__proto__"].map((name) => ({ name, type: "text" })),
      ),
      {},
    )
  })

  it("come out as they went in", () => {
    const values = { user_id: "", force: true }
    assert.deepStrictEqual(toActionValues(fromActionValues(values), fields), values)
  })
})

describe("the metadata of a connector", () => {
  it("holds its description, cut to what C1 takes", () => {
    const connector = { displayName: "Club", resourceTypes: [] }
    assert.strictEqual(connectorMetadata({ ...connector, description: "Reads it." }).description, "Reads it.")
    assert.strictEqual(connectorMetadata({ ...connector, description: "ä".repeat(4096) }).description.length, 2048)
    assert.strictEqual(connectorMetadata(connector).description, "")
  })
})

const action = {
  name: "lock",
  displayName: "Lock",
  description: "Locks it",
  kind: "accountDisable",
  arguments: [{ name: "hard", displayName: "Hard", description: "For good", type: "boolean" }],
  returns: [{ name: "note", displayName: "Note", description: "What was done", type: "text" }],
} as const

describe("an action", () => {
  it("requires its arguments and tells their kinds", () => {
    const { arguments: given, returnTypes } = actionSchema(action)
    assert.deepStrictEqual(
      given.map(({ name, isRequired, field }) => [name, isRequired, field.case]),
      [["hard", true, "boolField"]],
    )
    assert.deepStrictEqual(
      returnTypes.map(({ name, isRequired, field }) => [name, isRequired, field.case]),
      [["note", false, "stringField"]],
    )
  })

  it.each([
    ["account", 2],
    ["accountUpdateProfile", 3],
    ["accountDisable", 4],
    ["accountEnable", 5],
    ["resourceCreate", 6],
    ["resourceDelete", 7],
    ["resourceEnable", 8],
    ["resourceDisable", 9],
    ["dynamic", 1],
  ] as const)("of the kind %s has C1's number of it", (kind, number) => {
    assert.deepStrictEqual(actionSchema({ ...action, kind }).actionType, [number])
  })

  it("names the resource type that it is of", () => {
    assert.strictEqual(actionSchema({ ...action, resourceType: "door" }).resourceTypeId, "door")
    assert.strictEqual(actionSchema(action).resourceTypeId, "")
  })

  it("stands in the same place of the list whatever the order of declaration", () => {
    const other = { ...action, name: "alert" }
    assert.deepStrictEqual(listActionSchemasResponse([action, other]), listActionSchemasResponse([other, action]))
  })

  it("says while it runs, and why it failed", () => {
    const running = anyUnpack(
      invokeActionResponse({ id: "1", name: "lock", state: { _tag: "Running" } }),
      InvokeActionResponseSchema,
    )
    assert.deepStrictEqual(
      [running?.id, running?.name, running?.status, running?.response],
      ["1", "lock", BatonActionStatus.RUNNING, undefined],
    )
    const failed = { id: "1", name: "lock", state: { _tag: "Failed", message: "no such account" } } as const
    const invoked = anyUnpack(invokeActionResponse(failed), InvokeActionResponseSchema)
    const asked = anyUnpack(actionStatusResponse(failed), GetActionStatusResponseSchema)
    for (const told of [invoked, asked]) {
      assert.deepStrictEqual([told?.status, told?.response], [BatonActionStatus.FAILED, { error: "no such account" }])
    }
  })

  it("tells until when the system is not to be called, where that is why it failed", () => {
    const rateLimit = { state: "overLimit", resetAt: 1_700_000_000_000 } as const
    const failed = { id: "1", name: "lock", state: { _tag: "Failed", message: "too fast", rateLimit } } as const
    const annotations = [rateLimitDescription(rateLimit)]
    assert.deepStrictEqual(
      anyUnpack(invokeActionResponse(failed), InvokeActionResponseSchema)?.annotations,
      annotations,
    )
    assert.deepStrictEqual(
      anyUnpack(actionStatusResponse(failed), GetActionStatusResponseSchema)?.annotations,
      annotations,
    )
  })
})

describe("an answer", () => {
  it("says in both places that a grant was there before", () => {
    const { response, annotations } = grantResponse("already")
    assert.deepStrictEqual(
      annotations.map(({ typeUrl }) => typeUrl),
      ["type.googleapis.com/c1.connector.v2.GrantAlreadyExists"],
    )
    assert.deepStrictEqual(anyUnpack(response, GrantManagerServiceGrantResponseSchema)?.annotations, annotations)
    assert.deepStrictEqual(grantResponse("changed").annotations, [])
  })

  it("tells how much is left of a rate limit, and until when", () => {
    const told = rateLimitDescription({ state: "overLimit", limit: 20, remaining: 3, resetAt: 1_800_000_000_500 })
    // 1: OVERLIMIT, 2: 20, 3: 3, 4: { 1: 1800000000, 2: 500000000 }, by the rules of protobuf.
    assert.strictEqual(Buffer.from(told.value).toString("hex"), "080210141803220c0880a4a7da061080cab5ee01")
    assert.strictEqual(anyUnpack(told, RateLimitDescriptionSchema)?.resetAt?.seconds, 1_800_000_000n)
  })
})

describe("what a connector says of itself", () => {
  const type = (typeId: string, ...capabilities: ReadonlyArray<"sync" | "provision">) => ({
    id: typeId,
    displayName: typeId,
    traits: ["group"] as const,
    capabilities,
    permissions: [],
  })

  it("has its types by id and its capabilities by number", () => {
    const json = capabilitiesToJson({
      resourceTypes: [type("b", "sync", "provision"), type("B", "sync")],
      actions: [action],
    })
    assert.strictEqual(Object.keys(json)[0], "@type")
    assert.deepStrictEqual(json, {
      "@type": "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
      resourceTypeCapabilities: [
        {
          resourceType: { id: "B", displayName: "B", traits: ["TRAIT_GROUP"] },
          capabilities: ["CAPABILITY_SYNC"],
        },
        {
          resourceType: { id: "b", displayName: "b", traits: ["TRAIT_GROUP"] },
          capabilities: ["CAPABILITY_SYNC", "CAPABILITY_PROVISION"],
        },
      ],
      connectorCapabilities: ["CAPABILITY_PROVISION", "CAPABILITY_SYNC", "CAPABILITY_ACTIONS"],
      credentialDetails: {},
    })
  })

  it("is of one type what it is of all", () => {
    const alone = resourceTypeCapabilityToJson(type("b", "sync"))
    assert.deepStrictEqual(capabilitiesToJson({ resourceTypes: [type("b", "sync")] })["resourceTypeCapabilities"], [
      alone,
    ])
  })

  it("keeps its name within C1's limit", () => {
    const { displayName } = connectorMetadata({ displayName: "é".repeat(600), resourceTypes: [] })
    assert.strictEqual(displayName, "é".repeat(512))
  })
})
