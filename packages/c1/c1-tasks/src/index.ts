export * from "./C1Event.ts"
export type { Program } from "./loop/tellC1.ts"
export * from "./taskLoop.ts"
export * from "./WorkFolder.ts"
