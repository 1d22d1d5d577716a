// A server that keeps to the standard and publishes no limits.
// Source: https://datatracker.ietf.org/doc/html/rfc7644#section-3.12
import type { ScimDialect } from "./ScimDialect.ts"

const unlimited = [{ name: "all", budget: { callsPerMinute: Number.POSITIVE_INFINITY } }] as const

/** Plain SCIM. A server with limits is met with `{ ...genericDialect, limits }`. */
export const genericDialect: ScimDialect = {
  name: "The server",
  mediaType: "application/scim+json",
  largestPage: 1000,
  parallelPages: 1,
  noMatchIsNotFound: false,
  managerAttribute: "value",
  codesEveryRefusal: false,
  lockedCode: "resource_locked",
  codes: {
    invalidFilter: "InvalidFilter",
    tooMany: "LimitReached",
    uniqueness: "Conflict",
    mutability: "InvalidRequest",
    invalidSyntax: "InvalidRequest",
    invalidPath: "InvalidRequest",
    noTarget: "InvalidRequest",
    invalidValue: "InvalidRequest",
    invalidVers: "NotSupported",
    sensitive: "InvalidRequest",
  },
  limits: {
    "Users list": unlimited,
    "Users get": unlimited,
    "Users create": unlimited,
    "Users change": unlimited,
    "Users delete": unlimited,
    "Groups list": unlimited,
    "Groups get": unlimited,
    "Groups create": unlimited,
    "Groups change": unlimited,
    "Groups delete": unlimited,
    "ServiceProviderConfig get": unlimited,
  },
}
