export * from "./ConnectorEntry.ts"
export * from "./connectors.ts"
export * from "./refusedFor.ts"
export * from "./selectConnector.ts"
