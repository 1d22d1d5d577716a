// Which rows of a table a question is about.
import type { ResourceId } from "@rollcall/connector"

/** Which entitlements to show. Without members: all of them. */
export interface EntitlementFilter {
  /** Only those on resources of this type. */
  readonly resourceType?: string | undefined
  /** Only those on this resource. */
  readonly resource?: ResourceId | undefined
}

/** Which grants to show. Without members: all of them. */
export interface GrantFilter {
  /** Only grants of entitlements on resources of this type. */
  readonly resourceType?: string | undefined
  /** Only grants of entitlements on this resource. */
  readonly resource?: ResourceId | undefined
  /** Only grants of this entitlement. */
  readonly entitlement?: string | undefined
  /** Only grants that this principal holds. */
  readonly principal?: ResourceId | undefined
  /** No grants of entitlements whose ids are like these, in which `*` is any text. */
  readonly without?: ReadonlyArray<string> | undefined
}

/** A condition in SQL and the values of its question marks, but for the first, which is the id of the sync. */
export interface Where {
  readonly sql: string
  readonly parameters: ReadonlyArray<string>
}

/** A condition on the sync, whose id is the first parameter, and on the columns that have a value. */
export const where = (columns: Readonly<Record<string, string | undefined>>): Where => {
  const wanted = Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    sql: ["sync_id = ?", ...wanted.map(([column]) => `${column} = ?`)].join(" and "),
    parameters: wanted.map(([, value]) => value),
  }
}

/** The condition on the rows of grants. */
export const grantsWhere = (filter: GrantFilter): Where => {
  // A principal holds little, and a resource can be held by everybody: with a `+`, SQLite looks rows up by the principal alone.
  const on = filter.principal === undefined ? "" : "+"
  const { without = [] } = filter
  const { sql, parameters } = where({
    [`${on}resource_type_id`]: filter.resource?.resourceType ?? filter.resourceType,
    [`${on}resource_id`]: filter.resource?.resource,
    entitlement_id: filter.entitlement,
    principal_resource_type_id: filter.principal?.resourceType,
    principal_resource_id: filter.principal?.resource,
  })
  return {
    sql: [sql, ...without.map(() => "ifnull(entitlement_id glob ?, 0) = 0")].join(" and "),
    // Other characters that GLOB gives a meaning stand for themselves in brackets.
    parameters: [...parameters, ...without.map((pattern) => pattern.replace(/[[?]/gu, "[$&]"))],
  }
}
