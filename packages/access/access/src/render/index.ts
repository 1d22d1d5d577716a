export * from "./chooseColumns.ts"
export * from "./renderListing.ts"
export * from "./safeText.ts"
