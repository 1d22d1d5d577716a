export * from "./SlackToken.ts"
export type { SlackErrorCategory } from "./error/reasonFacts.ts"
export * from "./error/SlackReason.ts"
export * from "./methods.ts"
export {
  type SlackEnterpriseUser,
  type SlackIdentity,
  SlackIdentityBody,
  type SlackProfile,
  SlackTeam,
  SlackUser,
  type SlackUserGroup,
  tellsMembers,
} from "./objects.ts"
export * from "./SlackCall.ts"
export * from "./SlackError.ts"
export { SlackWebApi } from "./SlackWebApi.ts"
export { defaultBaseUrl, govBaseUrl, type SlackWebApiOptions } from "./webApi/slackCaller.ts"
export type { SlackWebApiShape } from "./webApi/slackMethodsOver.ts"
export * from "./usersPage.ts"
