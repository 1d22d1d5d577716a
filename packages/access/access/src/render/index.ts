export * from "./renderListing.ts"
export * from "./safeText.ts"
