export * from "./syncSettings.ts"
export * from "./modules/ModuleList.ts"
export * from "./SharedStores.ts"
