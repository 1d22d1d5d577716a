export { changeStoreFile } from "./changeStoreFile.ts"
