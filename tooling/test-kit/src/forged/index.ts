export * from "./forgedFile.ts"
