export * from "./SlackToken.ts"
export type { SlackErrorCategory } from "./error/reasonFacts.ts"
export * from "./SlackError.ts"
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
export { SlackWebApi, type SlackWebApiShape } from "./SlackWebApi.ts"
export { defaultBaseUrl, govBaseUrl, type SlackWebApiOptions } from "./webApi/slackCaller.ts"
export * from "./usersPage.ts"
