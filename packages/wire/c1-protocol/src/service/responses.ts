// What the tasks answer that succeed: a response, and the annotations that C1 looks for beside it, such as what is left of
// the governed system's rate limit.
import type { DescMessage, JsonObject, MessageInitShape } from "@bufbuild/protobuf"
import { create } from "@bufbuild/protobuf"
import type { Any } from "@bufbuild/protobuf/wkt"
import { anyPack, timestampFromMs } from "@bufbuild/protobuf/wkt"
import type { ActionDeclaration, ActionValues } from "@rollcall/connector"
import {
  BatonActionStatus,
  GetActionSchemaResponseSchema,
  GetActionStatusResponseSchema,
  InvokeActionResponseSchema,
  ListActionSchemasResponseSchema,
} from "../generated/c1/connector/v2/action_pb.ts"
import { ListEventFeedsResponseSchema } from "../generated/c1/connector/v2/event_feed_pb.ts"
import {
  GrantAlreadyExistsSchema,
  GrantAlreadyRevokedSchema,
  GrantManagerServiceGrantResponseSchema,
  GrantManagerServiceRevokeResponseSchema,
} from "../generated/c1/connector/v2/grant_manager_pb.ts"
import { RateLimitDescription_Status, RateLimitDescriptionSchema } from "../generated/c1/connector/v2/rate_limit_pb.ts"
import { actionSchema, fromActionValues } from "./actions.ts"

/** A rate limit as far as the system told it. */
export interface RateLimit {
  readonly state: "ok" | "overLimit"
  /** How many calls it allows, and how many of them are left. */
  readonly limit?: number
  readonly remaining?: number
  /** When calls are allowed again: milliseconds since 1970. */
  readonly resetAt?: number
}

const states = { ok: RateLimitDescription_Status.OK, overLimit: RateLimitDescription_Status.OVERLIMIT }

/** The limit as a RateLimitDescription. */
export const rateLimitDescription = ({ state, limit = 0, remaining = 0, resetAt }: RateLimit): Any =>
  anyPack(
    RateLimitDescriptionSchema,
    create(RateLimitDescriptionSchema, {
      status: states[state],
      limit: BigInt(limit),
      remaining: BigInt(remaining),
      ...(resetAt === undefined ? {} : { resetAt: timestampFromMs(resetAt) }),
    }),
  )

/** What a task that succeeded answers: a response and its annotations, as the success of a FinishTask holds them. */
export interface TaskSuccess {
  readonly response?: Any
  readonly annotations?: ReadonlyArray<Any>
}

const packed = <Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Any =>
  anyPack(schema, create(schema, message))

/**
 * The answer to a grant: `already` where the principal held the entitlement before. Annotations stand in the response
 * and beside it, as the Go SDK sends them.
 */
export const grantResponse = (outcome: "changed" | "already"): Required<TaskSuccess> => {
  const annotations = outcome === "already" ? [packed(GrantAlreadyExistsSchema, {})] : []
  return { response: packed(GrantManagerServiceGrantResponseSchema, { annotations }), annotations }
}

/** The answer to a revocation: `already` where the principal did not hold the entitlement. */
export const revokeResponse = (outcome: "changed" | "already"): Required<TaskSuccess> => {
  const annotations = outcome === "already" ? [packed(GrantAlreadyRevokedSchema, {})] : []
  return { response: packed(GrantManagerServiceRevokeResponseSchema, { annotations }), annotations }
}

/** All actions, by name. */
export const listActionSchemasResponse = (actions: ReadonlyArray<ActionDeclaration>): Any =>
  packed(ListActionSchemasResponseSchema, {
    schemas: actions.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(actionSchema),
  })

/** One action. */
export const getActionSchemaResponse = (action: ActionDeclaration): Any =>
  packed(GetActionSchemaResponseSchema, { schema: actionSchema(action) })

/** How far an invocation of an action has come. */
export type ActionState =
  | { readonly _tag: "Running" }
  | { readonly _tag: "Complete"; readonly values: ActionValues }
  | {
      readonly _tag: "Failed"
      readonly message: string
      readonly rateLimit?: RateLimit | undefined
      /** The settings refused it, and nothing was sent. */
      readonly isRefusal?: boolean | undefined
    }

/** An invocation of an action; its id is a KSUID. */
export interface ActionInvocation {
  readonly id: string
  readonly name: string
  readonly state: ActionState
}

/** The answer to an invocation, or what is told beside the error of one that failed. */
export const invokeActionResponse = ({ id, name, state }: ActionInvocation): Any =>
  packed(InvokeActionResponseSchema, { id, name, ...progress(state) })

/** The answer to a question about an invocation. */
export const actionStatusResponse = ({ id, name, state }: ActionInvocation): Any =>
  packed(GetActionStatusResponseSchema, { id, name, ...progress(state) })

const statuses: Record<ActionState["_tag"], BatonActionStatus> = {
  Running: BatonActionStatus.RUNNING,
  Complete: BatonActionStatus.COMPLETE,
  Failed: BatonActionStatus.FAILED,
}

interface Progress {
  readonly status: BatonActionStatus
  readonly response?: JsonObject
  readonly annotations: Array<Any>
}

const progress = (state: ActionState): Progress => ({
  status: statuses[state._tag],
  annotations: state._tag === "Failed" && state.rateLimit !== undefined ? [rateLimitDescription(state.rateLimit)] : [],
  ...(state._tag === "Complete" ? { response: fromActionValues(state.values) } : {}),
  // The member `error` is where C1 looks for the reason.
  ...(state._tag === "Failed" ? { response: { error: state.message } } : {}),
})

/** The answer of a connector that has no feeds of events. */
export const listEventFeedsResponse: Any = packed(ListEventFeedsResponseSchema, {})
