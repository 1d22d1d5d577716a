export * from "./startRegistry.ts"
