export * from "./chooseColumns.ts"
export * from "./csvRows.ts"
export * from "./renderListing.ts"
export * from "./safeText.ts"
