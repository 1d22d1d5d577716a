export { checkReplaceable } from "@rollcall/c1z"
export * from "./gapsOf.ts"
export * from "./syncToFile.ts"
export * from "./tightHeap.ts"
