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
export type { ScimReference } from "./resources/fields.ts"
export type { ScimEmail, ScimEnterprise, ScimGroup, ScimGroupInput, ScimGuest, ScimUser } from "./resources/records.ts"
export type { ScimUserInput } from "./resources/ScimUserInput.ts"
export * from "./ScimClient.ts"
export * from "./ScimCollection.ts"
