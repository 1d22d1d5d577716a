export { holdLock } from "./locks.ts"
export { changeStoreFile, lookIntoChanges } from "./changeStoreFile.ts"
export { leaseStoreFile, lookIntoLeases } from "./leaseStoreFile.ts"
