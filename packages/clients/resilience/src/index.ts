export * from "./Budget.ts"
export * from "./LimitStore.ts"
export {
  type CallWait,
  CallWaits,
  CurrentAccount,
  type KeyState,
  type Limit,
  type LimitAccount,
  type Limits,
  type WaitReason,
} from "./limits.ts"
export { CallFailed, type ResilientCall, Resilience } from "./Resilience.ts"
export * from "./RetryPolicy.ts"
