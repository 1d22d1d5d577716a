// SCIM as a table on the call stack of `@rollcall/api-client`: how a call is written, which limits it stands under, what a
// reply says, and what follows from a reason.
import type { ApiCall, FailedCall, HttpReply, ListInReply } from "@rollcall/api-client"
import {
  apiCaller,
  errorCodeOf,
  excerpt,
  hostOf,
  replyParser,
  retryAfterMillis,
  spoiltAs,
  Text,
  unexpectedReply,
} from "@rollcall/api-client"
import type { Limits, Resilience } from "@rollcall/resilience"
import { Effect, Result, Schema } from "effect"
import type { ScimCallClass, ScimDialect } from "../dialect/ScimDialect.ts"
import { reasonFactsOf } from "../error/reasonFacts.ts"
import type { ScimClientOptions, ScimToken } from "../ScimClient.ts"
import type { CodedReason, ScimReason, ScimVerb } from "../ScimError.ts"
import { ScimError } from "../ScimError.ts"

/** One call. */
export interface ScimRequest {
  readonly verb: ScimVerb
  readonly kind: ScimCallClass
  /** Below the version, encoded: `Groups/S0123`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
}

/** Decodes the JSON of an answer, `undefined` where it has no body, and what was made of the pieces of its list. */
type ScimDecode<A, P = never> = (json: unknown, pieces: ReadonlyArray<P>) => Effect.Effect<A, ScimReason>

export interface ScimCaller {
  readonly call: <A, P = never>(
    request: ScimRequest,
    decode: ScimDecode<A, P>,
    list?: ListInReply<P>,
  ) => Effect.Effect<A, ScimError>
  /** The error of a call that failed, or that is not made at all. */
  readonly fail: (request: Pick<ScimRequest, "verb" | "path">, failed: FailedCall<ScimReason>) => ScimError
}

const longestPath = 200

/** A caller with one token, whose calls share the budgets and cooldowns of `resilience`. */
export const scimCaller = (
  options: ScimClientOptions,
  token: ScimToken["Service"],
  resilience: Resilience["Service"],
): ScimCaller => {
  const { version, dialect, share = 0.5, speed = 1, onInvalidAuth = Effect.void } = options
  const baseUrl = `${options.baseUrl.replace(/\/*$/u, "")}/${version}/`
  const host = hostOf(baseUrl)
  const send = apiCaller<ScimReason>({
    ...options,
    api: "SCIM",
    baseUrl,
    token: token.current,
    resilience,
    retryOf: (reason) => reasonFactsOf(reason).retry(reason),
  })

  const limitsOf = (kind: ScimCallClass): Limits => {
    const [first, ...more] = dialect.limits[kind]
    const limit = ({ name, budget }: typeof first) => ({
      key: `SCIM ${name}@${host}`,
      budget: { ...budget, share, speed },
      isWide: true,
    })
    return [limit(first), ...more.map(limit)]
  }

  const written = <A, P>(
    request: ScimRequest,
    decode: ScimDecode<A, P>,
    list: ListInReply<P> | undefined,
  ): ApiCall<A, ScimReason> => {
    const { verb, kind, path, query, body } = request
    const { parse, pieces } = replyParser(list)
    return {
      name: `${verb} ${kind}`,
      annotations: { verb },
      url: `${baseUrl}${path}${queryOf(query)}`,
      method: verb,
      headers: {
        Accept: dialect.mediaType,
        ...(body === undefined ? {} : { "Content-Type": dialect.mediaType }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      idempotent: verb === "GET",
      limits: limitsOf(kind),
      // Slack answers a second change of an object with `resource_locked` while the first is being written.
      mutex: verb === "GET" || verb === "POST" ? undefined : `SCIM ${path}@${host}`,
      read: (reply) => scimReply(dialect, request, reply, parse(reply), speed),
      decode: (json) => decode(json, pieces()),
    }
  }

  const fail: ScimCaller["fail"] = ({ verb, path }, failed) =>
    new ScimError({ server: dialect.name, verb, path: excerpt(path, longestPath), ...failed })

  return {
    call: (request, decode, list) =>
      send(written(request, decode, list)).pipe(
        Effect.mapError((failed) => fail(request, failed)),
        Effect.tapError(({ reason }) => (reason._tag === "InvalidAuth" ? onInvalidAuth : Effect.void)),
      ),
    fail,
  }
}

const queryOf = (query: ScimRequest["query"] = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`
}

// The code in the body of a failure. Slack's v1 writes `{"Errors":{"description":"code","code":401}}`, and so does its v2
// where authentication fails; v2 otherwise writes RFC 7644's error with the code as `detail`; SCIM 1.1 has a list of
// errors, and RFC 7644 a `scimType` next to a `detail` for people. All are read from any server.
// Sources: https://docs.slack.dev/reference/scim-api, https://datatracker.ietf.org/doc/html/rfc7644#section-3.12

const V1Error = Schema.Struct({ description: Text })
const V1Body = Schema.Struct({ Errors: Schema.Union([V1Error, Schema.Array(V1Error)]) })
// Without one of the two it is some other JSON, of a proxy perhaps.
const V2Body = Schema.Union([
  Schema.Struct({ detail: Schema.String, scimType: Text }),
  Schema.Struct({ detail: Text, scimType: Schema.String }),
  Schema.Struct({ schemas: Schema.Array(Schema.String), detail: Text, scimType: Text }),
])

const readV1 = Schema.decodeUnknownResult(V1Body)
const readV2 = Schema.decodeUnknownResult(V2Body)

/** An error in SCIM's words, with the server's code where it gave one. */
interface ErrorBody {
  readonly code?: string
}

/** What JSON says of a failure, by the codes that the server is known to have; `undefined` where it is no error of SCIM's. */
const errorBodyOf = (json: unknown, codes: Readonly<Record<string, unknown>>): ErrorBody | undefined => {
  const isKnown = (word: string) => Object.hasOwn(codes, word)
  const v1 = readV1(json)
  if (Result.isSuccess(v1)) {
    const { Errors: errors } = v1.success
    return coded(isKnown, ("description" in errors ? errors : [errors].flat()[0])?.description)
  }
  const v2 = readV2(json)
  return Result.isSuccess(v2) ? coded(isKnown, v2.success.scimType, v2.success.detail) : undefined
}

/** Of several words the first that is a known code, else the first that looks like one. */
const coded = (isKnown: (word: string) => boolean, ...texts: ReadonlyArray<string | null | undefined>): ErrorBody => {
  const found = texts.flatMap((text) => (typeof text === "string" ? (errorCodeOf(text, isKnown) ?? []) : []))
  const code = found.find(isKnown) ?? found[0]
  return code === undefined ? {} : { code }
}

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
const scimReply = (
  { codes, codesEveryRefusal, lockedCode }: ScimDialect,
  { kind }: Pick<ScimRequest, "kind">,
  reply: HttpReply,
  json: unknown,
  speed: number,
): Result.Result<unknown, ScimReason> => {
  const { status } = reply
  const pause = retryAfterMillis(reply)
  const stated = pause === undefined ? {} : { retryAfterMillis: pause }
  const body = errorBodyOf(json, codes)
  const known = body?.code !== undefined && Object.hasOwn(codes, body.code) ? codes[body.code] : undefined
  if (known !== undefined) return Result.fail({ _tag: known, ...body, ...(known === "ServerError" ? stated : {}) })
  if (status >= 200 && status < 300) {
    if (json !== undefined) return Result.succeed(json)
    const { text } = reply
    return text.trim() === "" ? Result.succeed(undefined) : Result.fail(unexpectedReply(spoiltAs(text), text))
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
  if (status < 400 || (body === undefined && status !== 401)) return Result.fail(unexpectedReply("status", reply.text))
  const isNamed = kind.endsWith("get") || kind.endsWith("change") || kind.endsWith("delete")
  const meant =
    always.get(status) ?? (!codesEveryRefusal || (status === 404 && isNamed) ? byStatus.get(status) : undefined)
  if (meant !== undefined) return Result.fail({ _tag: meant, ...body })
  if (body?.code !== undefined) return Result.fail({ _tag: "UnknownError", ...body })
  return Result.fail(codesEveryRefusal ? unexpectedReply("status", reply.text) : { _tag: "InvalidRequest" })
}
