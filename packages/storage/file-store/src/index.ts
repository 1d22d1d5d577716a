export { FileStore } from "./FileStore.ts"
export type { FilePlace } from "./fileStoreOf.ts"
export { filePlaceOf, fileStoreOf } from "./fileStoreOf.ts"
export { folderFileStore } from "./folderFileStore.ts"
