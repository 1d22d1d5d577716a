// What the module of a higher plan of Slack shares with this one.
export * from "./findings.ts"
export * from "./probeToken.ts"
export * from "./slackApp.ts"
export * from "./slackTokens.ts"
