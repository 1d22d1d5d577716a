// What the command prints of the Slack app.
export { isAdminScope } from "./adminScopes.ts"
export { appManifest, createAppLink } from "./appManifest.ts"
