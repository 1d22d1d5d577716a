export { SessionStore, StoredSession } from "./SessionStore.ts"
export { sessionStoreFile } from "./sessionStoreFile.ts"
