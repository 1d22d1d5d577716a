export * from "./collectAnswers.ts"
export * from "./fieldFlags.ts"
export * from "./presentation.ts"
export { helpHint, readTyped } from "../answers/CommandTable.ts"
