export { changeStoreSuite } from "./changeStoreSuite.ts"
export { leaseStoreSuite } from "./leaseStoreSuite.ts"
export type { StorePlace, StoreWorld } from "./StoreWorld.ts"
export * from "./connectionStoreSuite.ts"
