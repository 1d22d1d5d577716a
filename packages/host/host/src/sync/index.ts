export { checkReplaceable } from "@rollcall/c1z"
export * from "./archiveSync.ts"
export * from "./syncToFile.ts"
