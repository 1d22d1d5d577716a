export * from "./freePort.ts"
export * from "./scratchFolder.ts"
