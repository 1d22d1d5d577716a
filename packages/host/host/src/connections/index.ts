export * from "./changeConnections.ts"
export * from "./mayBeAsked.ts"
export {
  leasesOf,
  type Neighbour,
  resolveConnection,
  type ResolvedConnection,
  type Secrets,
  type SharedSettings,
} from "./resolveConnection.ts"
export { problemElsewhere } from "./resolveElsewhere.ts"
export * from "./storedConnections.ts"
export * from "./stores.ts"
