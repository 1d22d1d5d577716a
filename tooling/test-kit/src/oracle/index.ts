export * from "./oracleRecords.ts"
export * from "./storedIds.ts"
export * from "./storedRecords.ts"
