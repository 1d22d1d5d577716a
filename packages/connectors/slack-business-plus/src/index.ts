export { AdminWebApi } from "./identify.ts"
export { slackBusinessPlusFields } from "./fields.ts"
export { slackBusinessPlus, type SlackBusinessPlusOptions } from "./slackBusinessPlus.ts"
