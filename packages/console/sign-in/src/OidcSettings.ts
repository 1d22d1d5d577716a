// What signing in with an issuer of OpenID Connect needs to know.
import type { Secret } from "@rollcall/config"
import type { RoleMapping } from "./roles.ts"

/** The issuer, this client of it, and what its claims mean here. */
export interface OidcSettings {
  /** https, or http on this machine. */
  readonly issuer: string
  readonly clientId: string
  /** Absent for a client that the issuer knows as public: PKCE protects it. */
  readonly clientSecret?: Secret | undefined
  readonly scopes: ReadonlyArray<string>
  /** The claim whose values the mapping is about. */
  readonly rolesClaim: string
  readonly roles: RoleMapping
}
