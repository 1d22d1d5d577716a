export * from "./checkParity.ts"
export * from "./parityListing.ts"
