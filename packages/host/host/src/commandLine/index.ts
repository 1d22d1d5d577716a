export * from "./fieldFlags.ts"
export * from "./presentation.ts"
