// What the module of a higher plan of Slack shares with this one.
export { batonSlack } from "./batonSlack.ts"
export * from "./findings.ts"
export * from "./slackTokens.ts"
export * from "./slackApp.ts"
