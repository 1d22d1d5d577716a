export * from "./applyPlan.ts"
export * from "./Approvers.ts"
export * from "./ChangeStore.ts"
export * from "./DesiredState.ts"
export * from "./drift.ts"
export { type LiveState, readLiveState } from "./LiveState.ts"
export { type MadePlan, makePlan, type PlanRequest } from "./makePlan.ts"
export * from "./Plan.ts"
export * from "./PlanError.ts"
export * from "./PlanFile.ts"
export * from "./restore.ts"
export { planChanges, type PlannedChanges, type PlanRules, unclearNames } from "./planChanges.ts"
export { type Backstop, ClockSkew, type EndedLeases, endLeases, maxSkew } from "./leases/endLeases.ts"
export { afterChange, afterRead, closeUnheld } from "./leases/followLeases.ts"
export { leasesInAudit, missingIn } from "./leases/fromAudit.ts"
export {
  grantUntil,
  type Leased,
  type LeaseRequest,
  type ReadHolders,
  readHolders,
  ofConductorOne,
} from "./leases/grantUntil.ts"
export * from "./leases/Lease.ts"
export { remind } from "./leases/reminders.ts"
