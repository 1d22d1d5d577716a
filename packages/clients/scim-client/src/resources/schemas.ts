// The names of SCIM's schemas in both versions.
// Sources: https://datatracker.ietf.org/doc/html/rfc7643#section-10.3, https://docs.slack.dev/reference/scim-api
import type { ScimVersion } from "../dialect/ScimDialect.ts"

/** Parts of a user or group. Guest and profile are Slack's. */
export type ScimSchema = "user" | "group" | "enterprise" | "guest" | "profile"

export const schemas = {
  v1: {
    user: "urn:scim:schemas:core:1.0",
    group: "urn:scim:schemas:core:1.0",
    enterprise: "urn:scim:schemas:extension:enterprise:1.0",
    guest: "urn:scim:schemas:extension:slack:guest:1.0",
    profile: "urn:scim:schemas:extension:slack:profile:1.0",
  },
  v2: {
    user: "urn:ietf:params:scim:schemas:core:2.0:User",
    group: "urn:ietf:params:scim:schemas:core:2.0:Group",
    enterprise: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    guest: "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User",
    profile: "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User",
  },
} as const satisfies Record<ScimVersion, Record<ScimSchema, string>>

export const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
