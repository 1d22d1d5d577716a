export * from "./connectorContract.ts"
export type * from "./ConnectorWorld.ts"
export * from "./connectorTables.ts"
export * from "./storeContract.ts"
