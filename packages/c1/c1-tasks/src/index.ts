export * from "./C1Event.ts"
export type { Program } from "./loop/hello.ts"
export * from "./taskLoop.ts"
export * from "./WorkFolder.ts"
