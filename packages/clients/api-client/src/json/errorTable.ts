// What an API's statuses and error codes mean, as a table that the author of a client writes, over the meanings that HTTP
// itself gives to statuses.
import { Result, Schema } from "effect"
import type { HttpReply } from "../exchange.ts"
import { errorCodeOf, jsonOf, retryAfterMillis, spoiltAs, unexpectedReply } from "../exchange.ts"
import type { ApiReason } from "./ApiReason.ts"

interface Words {
  /** Why, as the end of a sentence that begins with the call: "is refused, since the organisation requires SSO". */
  readonly says?: string
  /** What to do next, in a sentence. */
  readonly hint?: string
}

/** What a status or code means. */
export type ErrorRule = Words &
  (
    | { readonly reason: "Refused"; readonly by: "scope"; readonly missingScopes?: ReadonlyArray<string> }
    | { readonly reason: "Refused"; readonly by: "plan" | "settings" }
    | {
        readonly reason:
          | "CredentialRejected"
          | "NotFound"
          | "BadRequest"
          | "Defective"
          | "CursorExpired"
          | "Locked"
          | "RateLimited"
          | "Unavailable"
      }
  )

/** Rules by HTTP status or by the API's own code; a code comes before the status. */
export type ErrorTable = Readonly<Record<string | number, ErrorRule>>

/** The API's own code in the JSON of a reply. */
export type CodeOf = (json: unknown) => string | undefined

/** What HTTP says of a status, where the table says nothing. */
const byStatus: ErrorTable = {
  400: { reason: "Defective" },
  401: { reason: "CredentialRejected" },
  403: { reason: "Refused", by: "settings" },
  404: { reason: "NotFound" },
  405: { reason: "Defective" },
  409: { reason: "Refused", by: "settings", says: "is refused as a conflict with what is there" },
  410: { reason: "NotFound" },
  413: { reason: "Defective" },
  415: { reason: "Defective" },
  422: { reason: "Defective" },
  423: { reason: "Locked" },
  429: { reason: "RateLimited" },
  501: { reason: "Defective" },
}

/** Milliseconds to pause where the server asks for a pause and does not say how long. */
const unstatedPauseMillis = 30_000

const Coded = Schema.Struct({ code: Schema.String })
const readCode = Schema.decodeUnknownResult(
  Schema.Union([
    Schema.Struct({ error: Coded }),
    Schema.Struct({ error: Schema.String }),
    Schema.Struct({ errors: Schema.NonEmptyArray(Coded) }),
    Coded,
  ]),
)

/** The code in the places where most APIs have it: `error`, `error.code`, `errors[0].code` and `code`. */
const usualCode: CodeOf = (json) => {
  const read = readCode(json)
  if (Result.isFailure(read)) return undefined
  const found = read.success
  if ("errors" in found) return found.errors[0].code
  if ("code" in found) return found.code
  return typeof found.error === "string" ? found.error : found.error.code
}

/** How an API reports failures. */
export interface ErrorFormat {
  readonly errors?: ErrorTable | undefined
  /** Where its codes stand; asked of every reply. Default: `error`, `error.code`, `errors[0].code` or `code` of one with status 400 or more. */
  readonly codeOf?: CodeOf | undefined
}

/** The JSON of a success, `undefined` where it has no body, otherwise the reason. */
export const readJson =
  ({ errors = {}, codeOf }: ErrorFormat) =>
  (reply: HttpReply): Result.Result<unknown, ApiReason> => {
    const { status, text } = reply
    const json = jsonOf(text)
    const word = codeOf === undefined && status < 400 ? undefined : (codeOf ?? usualCode)(json)
    const code = word === undefined ? undefined : errorCodeOf(word, (known) => Object.hasOwn(errors, known))
    const rule = ruleIn(errors, code) ?? ruleIn(errors, status)
    if (rule !== undefined) return Result.fail(reasonOf(rule, code, reply))
    if (status >= 200 && status < 300) {
      if (text.trim() === "") return Result.succeed(undefined)
      return json === undefined ? Result.fail(unexpectedReply(spoiltAs(text), text)) : Result.succeed(json)
    }
    // With `Retry-After`, a 403 is a limit, as GitHub's second one.
    if (status === 403 && retryAfterMillis(reply) !== undefined)
      return Result.fail(reasonOf({ reason: "RateLimited" }, code, reply))
    const usual = status >= 500 && status !== 501 ? ({ reason: "Unavailable" } as const) : ruleIn(byStatus, status)
    return Result.fail(usual === undefined ? unexpectedReply("status", text) : reasonOf(usual, code, reply))
  }

const ruleIn = (table: ErrorTable, key: string | number | undefined): ErrorRule | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined

const reasonOf = (rule: ErrorRule, code: string | undefined, reply: HttpReply): ApiReason => {
  const given = { code, says: rule.says, hint: rule.hint }
  const pause = retryAfterMillis(reply)
  switch (rule.reason) {
    case "Refused": {
      const missingScopes = rule.by === "scope" ? (rule.missingScopes ?? []) : []
      return { _tag: "Refused", ...given, by: rule.by, missingScopes }
    }
    case "RateLimited":
      return { _tag: "RateLimited", ...given, retryAfterMillis: pause ?? unstatedPauseMillis }
    case "Unavailable":
      return { _tag: "Unavailable", ...given, retryAfterMillis: pause }
    default:
      return { _tag: rule.reason, ...given }
  }
}
