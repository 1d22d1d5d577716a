export { slackProFields } from "./fields.ts"
export { slackPro } from "./slackPro.ts"
