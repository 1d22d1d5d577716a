// Why a call of a JSON API failed, as data, in the words of the connector contract, and what follows from each reason. Which
// status or code of an API means which reason stands in its error table.
import type { ConnectorReasonTag } from "@rollcall/connector"
import { Schema } from "effect"
import { MalformedToken, UnreadableToken } from "../apiCaller.ts"
import type { ReasonFacts, ReasonTable, Retry } from "../FailedCall.ts"
import { exchangeFacts, seconds } from "../FailedCall.ts"
import { Network, TimedOut, UnexpectedReply } from "../ExchangeReason.ts"
import { Fenced } from "../WriteFence.ts"

/** What is known of every refusal by the server. */
const given = {
  /** The server's own word for it; absent where it gave none. */
  code: Schema.optional(Schema.String),
  /** From the error table: the end of a sentence that begins with the call. */
  says: Schema.optional(Schema.String),
  /** From the error table: what to do next. */
  hint: Schema.optional(Schema.String),
}

export const ApiReason = Schema.Union([
  MalformedToken,
  UnreadableToken,
  Fenced,
  /** An id in the path is blank, or would make the path another one; nothing was sent. */
  Schema.TaggedStruct("MalformedPath", {}),
  /** The token is wrong, revoked or expired. */
  Schema.TaggedStruct("CredentialRejected", given),
  /** The token, the plan or the settings do not allow it; `missingScopes` belongs to `scope`. */
  Schema.TaggedStruct("Refused", {
    ...given,
    by: Schema.Literals(["scope", "plan", "settings"]),
    missingScopes: Schema.Array(Schema.String),
  }),
  Schema.TaggedStruct("NotFound", given),
  /** What a caller gave does not fit, such as the arguments of an action. */
  Schema.TaggedStruct("BadRequest", given),
  /** The server does not take what this client sends. */
  Schema.TaggedStruct("Defective", given),
  /** The server no longer takes the cursor of a page. */
  Schema.TaggedStruct("CursorExpired", given),
  /** Another change of the same object is still being written. */
  Schema.TaggedStruct("Locked", given),
  /** The server asks for a pause of this many milliseconds. */
  Schema.TaggedStruct("RateLimited", { ...given, retryAfterMillis: Schema.Finite }),
  /** The server failed; a write may have taken effect. */
  Schema.TaggedStruct("Unavailable", { ...given, retryAfterMillis: Schema.optional(Schema.Finite) }),
  Network,
  TimedOut,
  UnexpectedReply,
])
export type ApiReason = typeof ApiReason.Type

const later = "Run it again in a few minutes."
const report = "Run it again; if it fails again, report it with this message."

interface Refusal {
  readonly category: ConnectorReasonTag
  readonly retry: Retry
  readonly says: string
  readonly hint: string
}

/** What follows from a reason that the server gave, where the error table has no words for it. */
const refusals = {
  CredentialRejected: {
    category: "CredentialRejected",
    retry: "never",
    says: "is refused, since the server does not take the token",
    hint: "Make a new token, and check that it belongs to this server.",
  },
  Refused: {
    category: "Refused",
    retry: "never",
    says: "is refused, since the token may not do this",
    hint: "Use a token whose owner may do it, with the scope for it.",
  },
  NotFound: {
    category: "NotFound",
    retry: "never",
    says: "does not find what was asked for",
    hint: "Check the id, if you gave one: it may have been removed.",
  },
  BadRequest: {
    category: "BadRequest",
    retry: "never",
    says: "is refused, since a value does not fit",
    hint: "Check the values.",
  },
  Defective: {
    category: "Defective",
    retry: "never",
    says: "is refused, since the server does not take what was sent",
    hint: report,
  },
  CursorExpired: {
    category: "CursorExpired",
    retry: "never",
    says: "no longer takes the cursor of this page",
    hint: "Begin the list again.",
  },
  Locked: {
    category: "Locked",
    retry: "always",
    says: "is refused, since another change of the same object is still being written",
    hint: "Run it again in a minute.",
  },
  Unavailable: {
    category: "Unavailable",
    retry: "reads",
    says: "failed at the server",
    hint: later,
  },
} satisfies Partial<Record<ApiReason["_tag"], Refusal>>

const otherFacts: Omit<ReasonTable<ApiReason, ConnectorReasonTag>, keyof typeof refusals> = {
  MalformedToken: { category: "CredentialRejected", ...exchangeFacts.MalformedToken },
  UnreadableToken: { category: "CredentialRejected", ...exchangeFacts.UnreadableToken },
  Fenced: { category: "Unavailable", ...exchangeFacts.Fenced },
  MalformedPath: {
    category: "NotFound",
    retry: () => "never",
    says: () => "was not sent, since an id in its path is not valid",
    hint: () => "Give the id of one object, as a list shows it.",
  },
  RateLimited: {
    category: "Unavailable",
    retry: () => "always",
    says: ({ retryAfterMillis, says }) =>
      says ?? `is called too often for the server, which asks for a pause of ${seconds(retryAfterMillis)}`,
    hint: ({ hint }) => hint ?? "Run it again later, and check whether another program uses the same token.",
  },
  Network: { category: "Unavailable", ...exchangeFacts.Network },
  TimedOut: { category: "Unavailable", ...exchangeFacts.TimedOut, hint: () => later },
  UnexpectedReply: {
    category: "UnexpectedReply",
    ...exchangeFacts.UnexpectedReply,
    hint: ({ problem }) =>
      problem === "shape"
        ? "The connector's schema of this reply does not fit it: compare it with what the API documents, and correct the schema. Else check the address."
        : "Check the address, and whether a proxy answers instead of the server. If it fails again, report it.",
  },
}

type Refused = Extract<ApiReason, { readonly _tag: keyof typeof refusals }>

const isRefused = (reason: ApiReason): reason is Refused => Object.hasOwn(refusals, reason._tag)

const refusedFacts = (reason: Refused): ReasonFacts<ApiReason, ConnectorReasonTag> => {
  const { category, retry, says, hint }: Refusal = refusals[reason._tag]
  const code = reason.code === undefined ? "" : ` (${reason.code})`
  return { category, retry: () => retry, says: () => `${reason.says ?? says}${code}`, hint: () => reason.hint ?? hint }
}

/** What follows from a reason. */
export const apiReasonFactsOf = (reason: ApiReason): ReasonFacts<ApiReason, ConnectorReasonTag> =>
  isRefused(reason) ? refusedFacts(reason) : otherFacts[reason._tag]

/** Whether the reply was JSON, and not what the schema of the call says. */
export const isWrongShape = (reason: { readonly _tag: string; readonly problem?: unknown }): boolean =>
  reason._tag === "UnexpectedReply" && reason.problem === "shape"
