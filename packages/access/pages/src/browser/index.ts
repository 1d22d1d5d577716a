export * from "./bars.ts"
export * from "./dataTable.ts"
export * from "./elements.ts"
