// From a reply to its JSON or the reason of a failure: the one place where the ways in which SCIM servers fail become one.
import { type HttpReply, jsonOf, retryAfterMillis, spoiltAs, unexpectedReply } from "@rollcall/http-exchange"
import { Result } from "effect"
import type { ScimDialect } from "../dialect/ScimDialect.ts"
import { errorBodyOf } from "../error/errorBody.ts"
import type { CodedReason, ScimReason } from "../error/ScimReason.ts"

/** Seconds to pause after a 429 that does not say for how long. */
const unstatedPauseSeconds = 30

/** What a status means where the code is unknown, absent or no code. */
const byStatus: ReadonlyMap<number, CodedReason> = new Map([
  [401, "InvalidAuth"],
  [403, "NoPermission"],
  [404, "NotFound"],
  [405, "NotSupported"],
  [412, "Conflict"],
  [413, "LimitReached"],
  [501, "NotSupported"],
])

/**
 * The JSON of a success, `undefined` where it has no body, otherwise the reason. `speed` shortens the pause that is
 * assumed where the server asks for one and does not say how long.
 */
export const scimReply = (
  { codes, lockedCode }: ScimDialect,
  reply: HttpReply,
  speed: number,
): Result.Result<unknown, ScimReason> => {
  const { status, text } = reply
  const json = jsonOf(text)
  if (status >= 200 && status < 300) {
    if (text.trim() === "") return Result.succeed(undefined)
    return json === undefined ? Result.fail(unexpectedReply(spoiltAs(text), text)) : Result.succeed(json)
  }
  const pause = retryAfterMillis(reply)
  const stated = pause === undefined ? {} : { retryAfterMillis: pause }
  const body = errorBodyOf(json, codes)
  if (status === 429) {
    return Result.fail(
      body?.code === lockedCode
        ? { _tag: "ResourceLocked", ...body, ...stated }
        : { _tag: "RateLimited", ...body, retryAfterMillis: pause ?? (unstatedPauseSeconds * 1000) / speed },
    )
  }
  if (status >= 500 && status !== 501) return Result.fail({ _tag: "ServerError", ...body, ...stated })
  // A page of a proxy with 404 says nothing of the user or group; that a token is refused is told by the status alone.
  const known = body?.code !== undefined && Object.hasOwn(codes, body.code) ? codes[body.code] : undefined
  const isOdd = status < 400 || (body === undefined && status !== 401)
  if (known === undefined && isOdd) return Result.fail(unexpectedReply("status", text))
  return Result.fail({ _tag: reasonOf(known, status, body?.code), ...body })
}

const reasonOf = (known: CodedReason | undefined, status: number, code: string | undefined): CodedReason => {
  // Why it conflicts is not told, so whether the write took effect is not either.
  if (known === undefined && status === 409) return "UnclearConflict"
  return known ?? byStatus.get(status) ?? (code === undefined ? "InvalidRequest" : "UnknownError")
}
