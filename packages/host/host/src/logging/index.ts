export * from "./loggingLayer.ts"
