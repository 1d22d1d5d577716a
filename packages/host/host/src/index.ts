export * from "./syncSettings.ts"
export * from "./modules/contractWorld.ts"
export * from "./modules/ModuleList.ts"
