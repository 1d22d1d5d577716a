export { ConnectionStore, type KeptConnection, StoredConnection } from "./ConnectionStore.ts"
export { connectionStoreFile } from "./connectionStoreFile.ts"
