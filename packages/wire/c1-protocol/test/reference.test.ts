import { type DescMessage, fromBinary, fromJson, type JsonObject, toBinary, toJson } from "@bufbuild/protobuf"
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt"
import type { ActionDeclaration, ResourceCapability } from "@rollcall/connector"
import { assert, describe, it } from "vitest"
import { toResourceType } from "../src/index.ts"
import {
  BatonServiceFinishTaskRequestSchema,
  BatonServiceGetTaskRequestSchema,
  BatonServiceHeartbeatRequestSchema,
  BatonServiceHelloRequestSchema,
  BatonServiceUploadAssetRequest_UploadMetadataSchema,
  Capability,
  GrantManagerServiceGrantResponseSchema,
  GrantManagerServiceRevokeResponseSchema,
  InvokeActionResponseSchema,
  messageRegistry,
  TaskSchema,
} from "../src/messages.ts"
import {
  connectorMetadata,
  getActionSchemaResponse,
  grantResponse,
  grantTaskToChange,
  invokeActionResponse,
  listActionSchemasResponse,
  listEventFeedsResponse,
  revokeResponse,
  revokeTaskToChange,
  type TaskSuccess,
  toActionValues,
} from "../src/service.ts"
import { hasReference, referenceCalls, referenceEnd, referenceTasks } from "./referenceCalls.ts"

const options = { registry: messageRegistry }

const schemas: Record<string, DescMessage> = {
  Hello: BatonServiceHelloRequestSchema,
  GetTask: BatonServiceGetTaskRequestSchema,
  Heartbeat: BatonServiceHeartbeatRequestSchema,
  FinishTask: BatonServiceFinishTaskRequestSchema,
  UploadAsset: BatonServiceUploadAssetRequest_UploadMetadataSchema,
}

/** The JSON of a message after its bytes were written and read. */
const throughBytes = (schema: DescMessage, json: JsonObject) =>
  toJson(schema, fromBinary(schema, toBinary(schema, fromJson(schema, json, options))), options)

const endOf = (task: number) => fromJson(BatonServiceFinishTaskRequestSchema, referenceEnd(task), options)

const successOf = (task: number) => {
  const { finalState } = endOf(task)
  if (finalState.case !== "success" || finalState.value.response === undefined) {
    throw new Error(`the task ${task} has no response`)
  }
  return { response: finalState.value.response, annotations: finalState.value.annotations }
}

const rateLimitUrl = "type.googleapis.com/c1.connector.v2.RateLimitDescription"

/** An answer to a change, without the rate limit that the Go connector tells of each time, in it and beside it. */
const opened = <
  Desc extends typeof GrantManagerServiceGrantResponseSchema | typeof GrantManagerServiceRevokeResponseSchema,
>(
  schema: Desc,
  { response, annotations }: Required<TaskSuccess>,
) => {
  const told = anyUnpack(response, schema)
  if (told === undefined) throw new Error(`the response is no ${schema.typeName}`)
  const isOurs = ({ typeUrl }: Any) => typeUrl !== rateLimitUrl
  return [{ ...told, annotations: told.annotations.filter(isOurs) }, annotations.filter(isOurs)]
}

const taskOf = (json: JsonObject) => fromJson(TaskSchema, json, options).taskType

const account = (verb: "Disable" | "Enable", active: boolean): ActionDeclaration => ({
  name: `${verb.toLowerCase()}_user`,
  displayName: `${verb} User`,
  description: `${active ? "Activate" : "Deactivate"} a Slack user account by setting active to ${active} via SCIM API`,
  kind: active ? "accountEnable" : "accountDisable",
  arguments: [
    {
      name: "user_id",
      displayName: "User ID",
      description: `The Slack user ID to ${verb.toLowerCase()}`,
      type: "text",
    },
  ],
  returns: [
    {
      name: "success",
      displayName: "Success",
      description: "Indicates if the operation was successful",
      type: "boolean",
    },
    {
      name: "message",
      displayName: "Message",
      description: "A descriptive message about the operation result",
      type: "text",
    },
    { name: "user_id", displayName: "User ID", description: "The Slack user ID that was processed", type: "text" },
  ],
})
const disable = account("Disable", false)
const enable = account("Enable", true)

describe.skipIf(!hasReference)("what the Go connector sent to C1's service", () => {
  it("is the same after it was read and written, message by message", () => {
    const sent = referenceCalls.filter(({ call }) => call !== "token")
    assert.isAbove(sent.length, 60)
    for (const { call, message } of sent) {
      const schema = schemas[call]
      if (schema === undefined) throw new Error(`the recording has an unknown call ${call}`)
      assert.deepStrictEqual(throughBytes(schema, message), message)
    }
  })

  it("answers tasks that are the same after they were read and written", () => {
    const given = referenceCalls.flatMap((call) => (call.given === undefined ? [] : [call.given]))
    assert.strictEqual(given.length, 30)
    for (const task of given) {
      assert.deepStrictEqual(throughBytes(TaskSchema, task), task)
    }
  })

  it("greets like ours, but for what no connector of ours declares", () => {
    const hello = referenceCalls.find(({ call }) => call === "Hello")
    const { connectorMetadata: theirs } = fromJson(BatonServiceHelloRequestSchema, hello?.message ?? {}, options)
    const names = new Map<Capability, ResourceCapability>([
      [Capability.SYNC, "sync"],
      [Capability.PROVISION, "provision"],
    ])
    const types = theirs?.capabilities?.resourceTypeCapabilities ?? []
    const ours = connectorMetadata({
      displayName: "Slack",
      resourceTypes: types.toReversed().map(({ resourceType, capabilities }) => ({
        ...toResourceType(resourceType!),
        capabilities: capabilities.map((capability) => names.get(capability)!),
      })),
      actions: [enable, disable],
    })
    // A form for new accounts, which the Go connector shows without being able to make one; and a description.
    if (theirs === undefined) throw new Error("the recording has no Hello")
    delete theirs.accountCreationSchema
    assert.deepStrictEqual(ours, { ...theirs, description: "" })
  })

  it("shows actions as ours does", () => {
    assert.deepStrictEqual(listActionSchemasResponse([enable, disable]), successOf(1).response)
    assert.deepStrictEqual(getActionSchemaResponse(disable), successOf(2).response)
  })

  it("answers changes that the core understands", () => {
    const grants = referenceTasks("grant").map((task) => {
      const { case: kind, value } = taskOf(task)
      return kind === "grant" ? grantTaskToChange(value) : undefined
    })
    const member = (resourceType: string, resource: string) => ({
      id: `${resourceType}:${resource}:member`,
      resource: { resourceType, resource },
      slug: "member",
    })
    const user = (resource: string) => ({ resourceType: "user", resource })
    assert.deepStrictEqual(grants, [
      { entitlement: member("group", "S0000F000"), principal: user("U00000007") },
      { entitlement: member("group", "S0000F000"), principal: user("U00000001") },
      { entitlement: member("group", "S0000F000"), principal: { resourceType: "userGroup", resource: "S00000001" } },
      { entitlement: member("userGroup", "S00000001"), principal: user("U00000007") },
      { entitlement: member("group", "S0NOPE"), principal: user("U00000007") },
    ])
    const revokes = referenceTasks("revoke").map((task) => {
      const { case: kind, value } = taskOf(task)
      return kind === "revoke" ? revokeTaskToChange(value) : undefined
    })
    assert.deepStrictEqual(revokes, [
      { entitlement: member("group", "S0000F000"), principal: user("U00000002") },
      { entitlement: member("group", "S0000F000"), principal: user("U00000009") },
    ])
  })

  it("tells the end of changes as ours does, but for an empty rate limit", () => {
    const granted = successOf(4)
    const revoked = successOf(8)
    const wasRevoked = successOf(9)
    const grant = GrantManagerServiceGrantResponseSchema
    const revoke = GrantManagerServiceRevokeResponseSchema
    assert.deepStrictEqual(
      granted.annotations.map(({ typeUrl }) => typeUrl),
      [rateLimitUrl],
    )
    assert.deepStrictEqual(opened(grant, grantResponse("changed")), opened(grant, granted))
    assert.deepStrictEqual(opened(revoke, revokeResponse("changed")), opened(revoke, revoked))
    assert.deepStrictEqual(opened(revoke, revokeResponse("already")), opened(revoke, wasRevoked))
  })

  it("tells of an invocation as ours does, but for an empty rate limit", () => {
    const [invoke] = referenceTasks("actionInvoke")
    const { case: kind, value } = taskOf(invoke ?? {})
    assert.deepStrictEqual(kind === "actionInvoke" ? toActionValues(value.args, disable.arguments) : undefined, {
      user_id: "U00000004",
    })
    const theirs = anyUnpack(successOf(11).response, InvokeActionResponseSchema)
    if (theirs === undefined) throw new Error("the response is none of an invocation")
    const values = { success: true, message: "User U00000004 disabled successfully", user_id: "U00000004" }
    const ours = invokeActionResponse({ id: theirs.id, name: "disable_user", state: { _tag: "Complete", values } })
    assert.deepStrictEqual(anyUnpack(ours, InvokeActionResponseSchema), { ...theirs, annotations: [] })
  })

  it("has no feeds of events, like ours", () => {
    assert.deepStrictEqual(listEventFeedsResponse, successOf(17).response)
  })
})
