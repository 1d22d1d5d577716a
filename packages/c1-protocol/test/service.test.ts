import { create } from "@bufbuild/protobuf"
import { anyUnpack } from "@bufbuild/protobuf/wkt"
import { describe, expect, it } from "vitest"
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
  it("MUST be known by the parts of its entitlement, whatever colons they hold", () => {
    expect(grantTask({ id: "x", slug: "member", resource: { id } })).toEqual({
      entitlement: { id: "x", resource: group, slug: "member" },
      principal: user,
    })
  })

  it("MUST be understood from the entitlement's id alone", () => {
    expect(grantTask({ id: "group:G:1:member" })).toEqual({
      entitlement: { id: "group:G:1:member", resource: group, slug: "member" },
      principal: user,
    })
  })

  it("MUST be refused where a part is missing, by the part's name", () => {
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
    for (const [change, problem] of cases) expect(problemOf(change)).toBe(problem)
    expect(problemOf(revokeTaskToChange(create(Task_RevokeTaskSchema)))).toBe("the entitlement has an empty id")
  })

  it("MUST be refused where an id is longer than C1's records may have", () => {
    const long = "x".repeat(1025)
    expect(problemOf(grantTask({ id: `group:${long}:member` }))).toMatch(/longer than 1024 bytes/)
    expect(problemOf(grantTask({ id: "group:G:1:member" }, { id: { resourceType: "user", resource: long } }))).toMatch(
      /longer than 1024 bytes/,
    )
  })
})

describe("the values of an action", () => {
  const fields = [{ name: "user_id" }, { name: "force" }]

  it("MUST be the texts and booleans that it takes, and no others", () => {
    const given = { user_id: "U1", force: false, more: "x" }
    expect(toActionValues(given, fields)).toEqual({ user_id: "U1", force: false })
    expect(toActionValues(undefined, fields)).toEqual({})
  })

  it("MUST count a value of another kind as missing", () => {
    for (const odd of [7, null, ["U1"], { id: "U1" }]) {
      expect(toActionValues({ user_id: odd, force: true }, fields)).toEqual({ force: true })
    }
  })

  it("MUST NOT be taken from what every object has", () => {
    expect(toActionValues({}, [{ name: "constructor" }, { name: "__proto__" }])).toEqual({})
  })

  it("MUST come out as they went in", () => {
    const values = { user_id: "", force: true }
    expect(toActionValues(fromActionValues(values), fields)).toEqual(values)
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
  it("MUST require its arguments and tell their kinds", () => {
    const { arguments: given, returnTypes } = actionSchema(action)
    expect(given.map(({ name, isRequired, field }) => [name, isRequired, field.case])).toEqual([
      ["hard", true, "boolField"],
    ])
    expect(returnTypes.map(({ name, isRequired, field }) => [name, isRequired, field.case])).toEqual([
      ["note", false, "stringField"],
    ])
  })

  it("MUST stand in the same place of the list whatever the order of declaration", () => {
    const other = { ...action, name: "alert" }
    expect(listActionSchemasResponse([action, other])).toEqual(listActionSchemasResponse([other, action]))
  })

  it("MUST say while it runs, and why it failed", () => {
    const running = anyUnpack(
      invokeActionResponse({ id: "1", name: "lock", state: { _tag: "Running" } }),
      InvokeActionResponseSchema,
    )
    expect(running).toMatchObject({ id: "1", name: "lock", status: BatonActionStatus.RUNNING })
    expect(running?.response).toBeUndefined()
    const failed = { id: "1", name: "lock", state: { _tag: "Failed", message: "no such account" } } as const
    const expected = { status: BatonActionStatus.FAILED, response: { error: "no such account" } }
    expect(anyUnpack(invokeActionResponse(failed), InvokeActionResponseSchema)).toMatchObject(expected)
    expect(anyUnpack(actionStatusResponse(failed), GetActionStatusResponseSchema)).toMatchObject(expected)
  })

  it("MUST tell until when the system is not to be called, where that is why it failed", () => {
    const rateLimit = { state: "overLimit", resetAt: 1_700_000_000_000 } as const
    const failed = { id: "1", name: "lock", state: { _tag: "Failed", message: "too fast", rateLimit } } as const
    const annotations = [rateLimitDescription(rateLimit)]
    expect(anyUnpack(invokeActionResponse(failed), InvokeActionResponseSchema)?.annotations).toEqual(annotations)
    expect(anyUnpack(actionStatusResponse(failed), GetActionStatusResponseSchema)?.annotations).toEqual(annotations)
  })
})

describe("an answer", () => {
  it("MUST say in both places that a grant was there before", () => {
    const { response, annotations } = grantResponse("already")
    expect(annotations.map(({ typeUrl }) => typeUrl)).toEqual([
      "type.googleapis.com/c1.connector.v2.GrantAlreadyExists",
    ])
    expect(anyUnpack(response, GrantManagerServiceGrantResponseSchema)?.annotations).toEqual(annotations)
    expect(grantResponse("changed").annotations).toEqual([])
  })

  it("MUST tell how much is left of a rate limit, and until when", () => {
    const told = rateLimitDescription({ state: "overLimit", limit: 20, remaining: 3, resetAt: 1_800_000_000_500 })
    // 1: OVERLIMIT, 2: 20, 3: 3, 4: { 1: 1800000000, 2: 500000000 }, by the rules of protobuf.
    expect(Buffer.from(told.value).toString("hex")).toBe("080210141803220c0880a4a7da061080cab5ee01")
    expect(anyUnpack(told, RateLimitDescriptionSchema)?.resetAt?.seconds).toBe(1_800_000_000n)
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

  it("MUST have its types by id and its capabilities by number", () => {
    const json = capabilitiesToJson({
      resourceTypes: [type("b", "sync", "provision"), type("B", "sync")],
      actions: [action],
    })
    expect(Object.keys(json)[0]).toBe("@type")
    expect(json).toEqual({
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

  it("MUST tell of one type what it tells of all", () => {
    const alone = resourceTypeCapabilityToJson(type("b", "sync"))
    expect(capabilitiesToJson({ resourceTypes: [type("b", "sync")] })["resourceTypeCapabilities"]).toEqual([alone])
  })

  it("MUST keep its name within C1's limit", () => {
    const { displayName } = connectorMetadata({ displayName: "é".repeat(600), resourceTypes: [] })
    expect(displayName).toBe("é".repeat(512))
  })
})
