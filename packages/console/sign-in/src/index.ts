export { oidcSignIn } from "./oidcSignIn.ts"
export type { OidcSettings } from "./OidcSettings.ts"
export type { RoleMapping } from "./roles.ts"
export { parseRoles } from "./roles.ts"
