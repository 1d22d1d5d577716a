export * from "./connectorContract.ts"
export type * from "./ConnectorWorld.ts"
