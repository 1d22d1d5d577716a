export * from "./Archive.ts"
export * from "./ArchiveSummary.ts"
export * from "./retention.ts"
