export type { C1zFileOptions } from "./C1zFile.ts"
export { C1zFile } from "./C1zFile.ts"
export type { FileDescription } from "./fileHead.ts"
export { describeFile, leadingTablesOf } from "./fileHead.ts"
export { checkReplaceable } from "./output.ts"
export type { PublishOptions } from "./publish/retention.ts"
export type { CacheOptions } from "./UnpackedCache.ts"
export { clearCache } from "./UnpackedCache.ts"
export type { SyncOutput, WorkFolder } from "./WorkFolder.ts"
export { openWorkFolder } from "./WorkFolder.ts"
export type { UploadKey, UploadRecords } from "./WorkFolder/uploadRecords.ts"
export { UploadTexts } from "./WorkFolder/uploadRecords.ts"
export type { WorkStoreOptions } from "./WorkStore.ts"
export type { WorkLog } from "./WorkStore/WorkLog.ts"
export { WorkEntry } from "./WorkStore/WorkLog.ts"
export { workStoreLayer } from "./WorkStore.ts"
export type { WorkFound } from "./WorkStore/WorkFile.ts"
export { inspectWork } from "./WorkStore/WorkFile.ts"
export type { Manifest, ManifestSync } from "./envelope/manifest.ts"
export type {
  GrantParts,
  OrderedGrant,
  OrderedRecord,
  OrderedResource,
  RecordsInOrder,
} from "./reader/RecordsInOrder.ts"
export type { StoredBlock, StoredRecords } from "./reader/StoredRecords.ts"
export { compareGrants, compareText, partsOfGrant } from "./reader/RecordsInOrder.ts"
export type { LeadingTables } from "./reader/LeadingTables.ts"
export type { SyncInfo } from "./reader/SyncInfo.ts"
export { syncToJson } from "./reader/SyncInfo.ts"
export type { SyncStats } from "./reader/SyncStats.ts"
export { statsOf, statsToJson } from "./reader/SyncStats.ts"
export type { Facet, FoundResource, IndexedFacts, KnownAttributes, LookupBy, ReadIndex } from "./reader/ReadIndex.ts"
export { searchKey } from "./reader/ReadIndex.ts"
export type { FacetCount, Page } from "./reader/PageIndex.ts"
export type { PageQuery } from "./reader/pageQuery.ts"
export type { EntitlementSort, ResourceQuery, SortKey } from "./reader/resourceQuery.ts"
export {
  adminWord,
  entitlementSortKeys,
  needsIndex,
  needsKinds,
  sortKeys,
  unknownWord,
} from "./reader/resourceQuery.ts"
export type { JsonLines } from "./reader/GrantJson.ts"
export type { Incompleteness, ListOptions, SyncReader } from "./reader/SyncReader.ts"
export * from "./reader/views.ts"
export type { FirstSeen, GrantKey, SeenGrants, SoughtGrant } from "./reader/SeenGrants.ts"
export type { EntitlementFilter, GrantFilter } from "./reader/where.ts"
