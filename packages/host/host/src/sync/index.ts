export { checkReplaceable } from "@rollcall/c1z"
export * from "./syncToFile.ts"
