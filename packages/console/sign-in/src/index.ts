export { oidcSignIn } from "./oidcSignIn.ts"
export type { OidcSettings } from "./OidcSettings.ts"
export { parseRoles } from "./roles.ts"
