export * from "./Change.ts"
export * from "./changeListing.ts"
export * from "./compareSyncs.ts"
