// How servers differ within SCIM, as data, and what a server that keeps to the standard and publishes no limits is like; and
// the names of SCIM's schemas, by version.
import type { Budget } from "@rollcall/resilience"
import type { CodedReason } from "../ScimError.ts"

/** A version of SCIM: `v1` is SCIM 1.1, `v2` is RFC 7643 and RFC 7644. */
export type ScimVersion = "v1" | "v2"

/** Parts of a user or group. Guest and profile are Slack's. */
export type ScimSchema = "user" | "group" | "enterprise" | "guest" | "profile"

// Sources: https://datatracker.ietf.org/doc/html/rfc7643#section-10.3, https://docs.slack.dev/reference/scim-api
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

export type ScimEndpoint = "Users" | "Groups"

/** Kinds of calls that a server may limit apart. `change` is PUT and PATCH. */
export type ScimCallClass =
  | `${ScimEndpoint} ${"list" | "get" | "create" | "change" | "delete"}`
  | "ServiceProviderConfig get"

/** A budget that several kinds of calls may share by its name. */
export interface ScimLimit {
  readonly name: string
  readonly budget: Budget
}

/** What is particular to one server. */
export interface ScimDialect {
  /** Whose it is, at the beginning of messages. */
  readonly name: string
  /** The media type of bodies. */
  readonly mediaType: string
  /** The most resources that a page may be asked for. */
  readonly largestPage: number
  /** Pages of one list that may be asked for side by side. */
  readonly parallelPages: number
  /** Whether a filter that nothing matches may be answered with 404. */
  readonly noMatchIsNotFound: boolean
  /** The attribute that names a manager by id. */
  readonly managerAttribute: "managerId" | "value"
  /** What the server's own error codes mean. */
  readonly codes: Readonly<Record<string, CodedReason>>
  /**
   * Whether every refusal carries a code of the server's own. Then a status without a code that is known, such as 403, is not
   * an answer that the server documents.
   */
  readonly codesEveryRefusal: boolean
  /** The code of a 429 that concerns one object and no other. */
  readonly lockedCode: string
  /** The limits of each kind of call, the narrowest first. */
  readonly limits: Readonly<Record<ScimCallClass, readonly [ScimLimit, ...ReadonlyArray<ScimLimit>]>>
}

// Source: https://datatracker.ietf.org/doc/html/rfc7644#section-3.12
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
