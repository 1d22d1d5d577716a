// The generated code of what goes over C1's wire: for a client of its service, or for a server that stands in for it.
export * from "./generated/c1/config/v1/config_pb.ts"
export * from "./generated/c1/connector/v2/account_pb.ts"
export * from "./generated/c1/connector/v2/action_pb.ts"
export * from "./generated/c1/connector/v2/annotation_pb.ts"
export * from "./generated/c1/connector/v2/connector_pb.ts"
export * from "./generated/c1/connector/v2/entitlement_pb.ts"
export * from "./generated/c1/connector/v2/event_feed_pb.ts"
export * from "./generated/c1/connector/v2/grant_manager_pb.ts"
export * from "./generated/c1/connector/v2/grant_pb.ts"
export * from "./generated/c1/connector/v2/rate_limit_pb.ts"
export * from "./generated/c1/connector/v2/resource_pb.ts"
export * from "./generated/c1/connector/v2/trait_pb.ts"
export * from "./generated/c1/connectorapi/baton/v1/baton_pb.ts"
export {
  type ErrorInfo,
  ErrorInfoSchema,
  type Status as RpcStatus,
  StatusSchema as RpcStatusSchema,
} from "./generated/google/rpc/status_pb.ts"
export { messageRegistry } from "./messageRegistry.ts"
