export type {
  EntitlementFilter,
  EntitlementSort,
  FacetCount,
  FirstSeen,
  FileDescription,
  FoundResource,
  GrantFilter,
  GrantKey,
  Incompleteness,
  KnownAttributes,
  LookupBy,
  ManifestSync,
  Page,
  PageQuery,
  Reason,
  ResourceQuery,
  SortKey,
  SyncInfo,
} from "@rollcall/c1z"
export * from "./AccessReader.ts"
export * from "./accountAttributes.ts"
export * from "./checkQuery.ts"
export * from "./chooseSync.ts"
export * from "./diff/index.ts"
export * from "./ends.ts"
export * from "./findByName.ts"
export * from "./firstSeen.ts"
export * from "./incomplete.ts"
export * from "./listings.ts"
export * from "./parity/index.ts"
export type * from "./records.ts"
export type { Asked } from "./refuseUnknown.ts"
export { refuseUnknown } from "./refuseUnknown.ts"
export * from "./stats.ts"
export * from "./syncs.ts"
export { adminWord, entitlementSortKeys, sortKeys, unknownWord } from "@rollcall/c1z"
export { noSuchSync, NotKnown, suggestion, UnknownName } from "./UnknownName.ts"
