export { ConnectionStore, StoredConnection } from "./ConnectionStore.ts"
export { connectionStoreFile } from "./connectionStoreFile.ts"
