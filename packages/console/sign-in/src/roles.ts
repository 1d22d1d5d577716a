// From the values of a claim to a role. Who has no value that is mapped has none.
import type { Role } from "@rollcall/console"
import { ConfigError } from "@rollcall/config"
import { Effect } from "effect"

/** Roles by the values of the claim. */
export type RoleMapping = ReadonlyMap<string, Role>

/** The roles, the most that somebody may do last. */
const roles: ReadonlyArray<Role> = ["viewer", "operator", "admin"]

const hint =
  "Give what the claim says, = and the role, separated by commas: rollcall-admins=admin,sec-team=viewer. Roles are viewer, operator and admin."

/** Reads `value=role` texts, such as `rollcall-admins=admin`. A value may have an equals sign itself; the last one counts. */
export const parseRoles = (texts: ReadonlyArray<string>): Effect.Effect<RoleMapping, ConfigError> =>
  Effect.gen(function* () {
    const mapping = new Map<string, Role>()
    for (const text of texts) {
      const at = text.lastIndexOf("=")
      const [value, named] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()]
      const role = roles.find((one) => one === named)
      if (value === "" || role === undefined || mapping.has(value)) {
        const what = mapping.has(value)
          ? `gives ${value} two roles`
          : `has ${JSON.stringify(text)}, which maps no value to a role`
        return yield* new ConfigError({ reason: "Invalid", message: `BATON_OIDC_ROLES ${what}.`, hint })
      }
      mapping.set(value, role)
    }
    return mapping
  })

/** The role that gives the most of those that the claim's values are mapped to; `undefined` where none is. */
export const roleOf = (claim: unknown, mapping: RoleMapping): Role | undefined => {
  const values: ReadonlyArray<unknown> = Array.isArray(claim) ? claim : [claim]
  const given = values.flatMap((value) => (typeof value === "string" ? (mapping.get(value) ?? []) : []))
  return roles.findLast((role) => given.includes(role))
}
