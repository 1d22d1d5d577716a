export { holdLock } from "./applyAlone.ts"
export { changeStoreFile } from "./changeStoreFile.ts"
export { leaseStoreFile, lookIntoLeases } from "./leaseStoreFile.ts"
