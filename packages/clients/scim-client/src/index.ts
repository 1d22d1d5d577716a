export {
  afterPage,
  type AfterPage,
  ListReading,
  type ListVerdict,
  mostReadings,
  nextPage,
  reading,
  verdictOf,
} from "./client/listReading.ts"
export * from "./dialect/ScimDialect.ts"
export * from "./dialect/slackDialect.ts"
export type { ScimErrorCategory } from "./error/reasonFacts.ts"
export * from "./ScimError.ts"
export { type GroupChange, groupPatch } from "./patch/groupPatch.ts"
export { type UserAttribute, type UserChange, userPatch } from "./patch/userPatch.ts"
export type { ScimReference } from "./resources/records.ts"
export type { ScimEmail, ScimEnterprise, ScimGroup, ScimGuest, ScimUser } from "./resources/records.ts"
export type { ScimGroupInput, ScimUserInput } from "./resources/inputs.ts"
export * from "./ScimClient.ts"
export * from "./ScimCollection.ts"
