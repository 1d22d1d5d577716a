export * from "./auditLogFile.ts"
