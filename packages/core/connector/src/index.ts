export type * from "./AccessMeanings.ts"
export * from "./Action.ts"
export * from "./AuditLog.ts"
export * from "./changes/applyChanges.ts"
export * from "./changes/brakes.ts"
export * from "./changes/Change.ts"
export { endsTheRun } from "./changes/makeChange.ts"
export {
  canChangeAnything,
  cannot,
  cannotChange,
  lacksCredentialFor,
  lacksCredentialToRun,
  notGrantable,
  refusalOf,
} from "./changes/refusals.ts"
export * from "./changes/runAction.ts"
export * from "./ConfigField.ts"
export * from "./Connector.ts"
export * from "./ConnectorError.ts"
export * from "./Coverage.ts"
export * from "./defineConnector.ts"
export { checkResourceTypes, requestKey, type SyncRequest } from "./engine/planSyncSteps.ts"
export type { ReplacePolicy, Shrunk } from "./engine/replacePolicy.ts"
export { defaultMaxShrink, findShrunk, isOfTenant, namesOf, shrinkFailure } from "./engine/replacePolicy.ts"
export * from "./engine/runSync.ts"
export * from "./Evidence.ts"
export * from "./Failure.ts"
export * from "./forEachResource.ts"
export type * from "./KnownDifference.ts"
export * from "./MemorySyncStore.ts"
export * from "./mergeResources.ts"
export * from "./model.ts"
export * from "./Provisioning.ts"
export * from "./resumePolicy.ts"
export * from "./StoreError.ts"
export * from "./SyncError.ts"
export * from "./SyncEvent.ts"
export * from "./SyncStore.ts"
