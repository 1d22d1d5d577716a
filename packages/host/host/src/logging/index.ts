export * from "./hidePrivate.ts"
export * from "./loggingLayer.ts"
