export * from "./oracleRecords.ts"
export { storedRecords } from "./storedRecords.ts"
