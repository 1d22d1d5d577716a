// From a reply to its JSON or the reason of a failure: the one place where the ways in which SCIM servers fail become one.
// A code that is known keeps its meaning whatever the HTTP status.
import { type HttpReply, jsonOf, retryAfterMillis, spoiltAs, unexpectedReply } from "@rollcall/api-client"
import { Result } from "effect"
import type { ScimDialect } from "../dialect/ScimDialect.ts"
import { errorBodyOf } from "../error/errorBody.ts"
import type { CodedReason, ScimReason } from "../error/ScimReason.ts"
import type { ScimRequest } from "./scimCaller.ts"

/** Seconds to pause after a 429 that does not say for how long. */
const unstatedPauseSeconds = 30

/** What a status means at any server. */
const always: ReadonlyMap<number, CodedReason> = new Map([
  [401, "InvalidAuth"],
  // The server does not say why it conflicts, so a write may have taken effect.
  [409, "UnclearConflict"],
  [405, "NotSupported"],
  [501, "NotSupported"],
])

/** What a status means where the server may leave the code out, and what 404 means of one object. */
const byStatus: ReadonlyMap<number, CodedReason> = new Map([
  [403, "NoPermission"],
  [404, "NotFound"],
  [412, "Conflict"],
  [413, "LimitReached"],
])

/**
 * The JSON of a success, `undefined` where it has no body, otherwise the reason. `speed` shortens the pause that is
 * assumed where the server asks for one and does not say how long.
 */
export const scimReply = (
  { codes, codesEveryRefusal, lockedCode }: ScimDialect,
  { kind }: Pick<ScimRequest, "kind">,
  reply: HttpReply,
  speed: number,
): Result.Result<unknown, ScimReason> => {
  const { status, text } = reply
  const json = jsonOf(text)
  const pause = retryAfterMillis(reply)
  const stated = pause === undefined ? {} : { retryAfterMillis: pause }
  const body = errorBodyOf(json, codes)
  const known = body?.code !== undefined && Object.hasOwn(codes, body.code) ? codes[body.code] : undefined
  if (known !== undefined) return Result.fail({ _tag: known, ...body, ...(known === "ServerError" ? stated : {}) })
  if (status >= 200 && status < 300) {
    if (text.trim() === "") return Result.succeed(undefined)
    return json === undefined ? Result.fail(unexpectedReply(spoiltAs(text), text)) : Result.succeed(json)
  }
  if (status === 429) {
    return Result.fail(
      body?.code === lockedCode
        ? { _tag: "ResourceLocked", ...body, ...stated }
        : { _tag: "RateLimited", ...body, retryAfterMillis: pause ?? (unstatedPauseSeconds * 1000) / speed },
    )
  }
  if (status >= 500 && status !== 501) return Result.fail({ _tag: "ServerError", ...body, ...stated })
  // A page of a proxy with 404 says nothing of the user or group; that a token is refused, the status alone says.
  if (status < 400 || (body === undefined && status !== 401)) return Result.fail(unexpectedReply("status", text))
  const isNamed = kind.endsWith("get") || kind.endsWith("change") || kind.endsWith("delete")
  const meant =
    always.get(status) ?? (!codesEveryRefusal || (status === 404 && isNamed) ? byStatus.get(status) : undefined)
  if (meant !== undefined) return Result.fail({ _tag: meant, ...body })
  if (body?.code !== undefined) return Result.fail({ _tag: "UnknownError", ...body })
  return Result.fail(codesEveryRefusal ? unexpectedReply("status", text) : { _tag: "InvalidRequest" })
}
