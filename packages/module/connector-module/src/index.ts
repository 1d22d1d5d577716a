export * from "./ConnectorModule.ts"
export * from "./defineModule.ts"
export * from "./implement.ts"
export { placeOf, whatOf } from "./implement.ts"
