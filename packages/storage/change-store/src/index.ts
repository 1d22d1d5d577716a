export { changeStoreFile } from "./changeStoreFile.ts"
export { leaseStoreFile } from "./leaseStoreFile.ts"
