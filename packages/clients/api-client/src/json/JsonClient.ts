// A client of any REST API that speaks JSON, from four facts: where it is, the token, how often it may be called, and what its
// errors mean. Calls go through the same stack as those of Slack and SCIM.
import type { Budget, Limits } from "@rollcall/resilience"
import { Resilience } from "@rollcall/resilience"
import { Effect, Option, Redacted, Schema, Stream } from "effect"
import type { ApiCall, ApiTransport, TokenSource } from "../apiCaller.ts"
import { apiCaller, hostOf } from "../apiCaller.ts"
import { excerpt, wrongShape } from "../exchange.ts"
import type { FailedCall } from "../FailedCall.ts"
import type { JsonVerb } from "./ApiError.ts"
import { ApiError } from "./ApiError.ts"
import type { ApiReason } from "./ApiReason.ts"
import { apiReasonFactsOf, isWrongShape } from "./ApiReason.ts"
import type { ErrorFormat } from "./errorTable.ts"
import { readJson } from "./errorTable.ts"
import type { JsonPath, JsonQuery } from "./paths.ts"
import { nextPath, pathText, withQuery } from "./paths.ts"

/** A limit of the API: the calls that it covers share the budget. Without `verbs` and `paths` it covers all. */
export interface JsonBudget extends Budget {
  readonly name: string
  readonly verbs?: ReadonlyArray<JsonVerb> | undefined
  /** Matched against the path below the base URL. */
  readonly paths?: RegExp | undefined
}

export interface JsonClientOptions extends ApiTransport, ErrorFormat {
  /** Whose API it is, at the beginning of messages; default its host. */
  readonly name?: string | undefined
  /** What paths are appended to, such as `https://api.example.com/v2`. */
  readonly baseUrl: string
  /** Read before every attempt and sent as `authorize` says; none if the API needs none. */
  readonly token?: Redacted.Redacted | TokenSource | undefined
  /** The API's limits, the narrowest first. */
  readonly budgets?: ReadonlyArray<JsonBudget> | undefined
  /** How much faster than in the real world the limits run, for a simulated system; default 1. */
  readonly speed?: number | undefined
  /** Tells accounts apart whose limits are counted apart, where clients of several share one `Resilience`. */
  readonly account?: string | undefined
  /** What sets `baseUrl`, for hints, such as `--base-url (SHOP_BASE_URL)`. */
  readonly addressSetting?: string | undefined
  /** Sent with every call, such as an API version. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A page, and the path of the one after it, to be read by `page` again; absent at the end. */
export interface JsonPage<A> {
  readonly body: A
  readonly next: string | undefined
}

type Reading = <S extends Schema.ConstraintDecoder<unknown>>(
  path: JsonPath,
  schema: S,
  query?: JsonQuery,
) => Effect.Effect<S["Type"], ApiError>

type Writing = <S extends Schema.ConstraintDecoder<unknown> = typeof Schema.Unknown>(
  path: JsonPath,
  body: unknown,
  schema?: S,
) => Effect.Effect<S["Type"], ApiError>

/** Every call fails with an `ApiError` after the retries that its reason allows: reads are repeated, writes only if they were not done. */
export interface JsonClient {
  readonly get: Reading
  /** A page of a list whose replies name the next page in the header `Link`. */
  readonly page: <S extends Schema.ConstraintDecoder<unknown>>(
    path: JsonPath,
    schema: S,
    query?: JsonQuery,
  ) => Effect.Effect<JsonPage<S["Type"]>, ApiError>
  /** A whole list of such pages. For what is short, such as the members of one group; a step of a sync takes a page at a time. */
  readonly all: <S extends Schema.ConstraintDecoder<unknown>>(
    path: JsonPath,
    record: S,
    query?: JsonQuery,
  ) => Effect.Effect<ReadonlyArray<S["Type"]>, ApiError>
  readonly post: Writing
  readonly put: Writing
  readonly patch: Writing
  /** The reply's body is not read. */
  readonly delete: (path: JsonPath, query?: JsonQuery) => Effect.Effect<void, ApiError>
}

const longestPath = 200

/** The URL without what is nobody's business: a user, a password, a query. */
const addressOf = (baseUrl: string): string => {
  if (!URL.canParse(baseUrl)) return excerpt(baseUrl, longestPath)
  const { origin, pathname } = new URL(baseUrl)
  return excerpt(`${origin}${pathname}`, longestPath)
}

/** A client with one token; it takes its limits from the `Resilience` that is provided. */
export const makeJsonClient = Effect.fnUntraced(function* (
  options: JsonClientOptions,
): Effect.fn.Return<JsonClient, never, Resilience> {
  const { token, budgets = [], headers = {}, speed = 1 } = options
  const baseUrl = options.baseUrl.replace(/\/*$/u, "")
  const host = hostOf(baseUrl)
  const { name = host, account = host } = options
  const address = `${addressOf(baseUrl)}${options.addressSetting === undefined ? "" : `, set by ${options.addressSetting}`}`
  const read = readJson(options)
  const send = apiCaller<ApiReason>({
    ...options,
    api: name,
    token: Redacted.isRedacted(token) ? Effect.succeed(token) : token,
    resilience: yield* Resilience,
    // A reply of another shape than the schema's is most often a mistake in the schema, which stays.
    retryOf: (reason) => (isWrongShape(reason) ? "never" : apiReasonFactsOf(reason).retry(reason)),
  })

  const limitsOf = (verb: JsonVerb, path: string): Limits => {
    const covering = budgets.filter(
      ({ verbs, paths }) => verbs?.includes(verb) !== false && (paths === undefined || path.search(paths) !== -1),
    )
    const [first, ...more] = covering.map((budget) => ({
      key: `${budget.name}@${account}`,
      budget: { speed, ...budget },
    }))
    // A pause that the server asks for stops every call of the client, whatever its budgets.
    const all = { key: account, budget: { callsPerMinute: Number.POSITIVE_INFINITY } }
    return first === undefined ? [all] : [first, ...more, all]
  }

  interface Call<A> {
    readonly verb: JsonVerb
    readonly path: JsonPath
    readonly query?: JsonQuery | undefined
    readonly body?: unknown
    readonly decode: (json: unknown, url: string, link: string | null) => Effect.Effect<A, ApiReason>
  }

  const call = <A>({ verb, path, query = {}, body, decode }: Call<A>): Effect.Effect<A, ApiError> => {
    const text = pathText(path)
    const shown = (text ?? [path].flat().join("/")).split(/[?#]/u, 1).join("")
    const fail = (failed: FailedCall<ApiReason>) =>
      new ApiError({ api: name, verb, path: excerpt(shown, longestPath), address, ...failed })
    if (text === undefined) return Effect.fail(fail({ reason: { _tag: "MalformedPath" } }))
    const url = `${baseUrl}${withQuery(text, query)}`
    const written: ApiCall<A, ApiReason> = {
      name: verb,
      annotations: { verb },
      url,
      method: verb,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      idempotent: verb === "GET",
      limits: limitsOf(verb, shown),
      read,
      decode: (json, reply) => decode(json, url, reply.headers.get("link")),
    }
    return Effect.mapError(send(written), fail)
  }

  const decoderOf = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
    const decode = Schema.decodeUnknownEffect(schema)
    return (json: unknown): Effect.Effect<S["Type"], ApiReason> =>
      Effect.mapError(decode(json), ({ message }) => wrongShape(message))
  }

  const writing =
    (verb: JsonVerb): Writing =>
    (path, body, schema) =>
      call({ verb, path, body, decode: schema === undefined ? Effect.succeed : decoderOf(schema) })

  const page: JsonClient["page"] = (path, schema, query) =>
    call({
      verb: "GET",
      path,
      query,
      decode: (json, url, link) =>
        Effect.map(decoderOf(schema)(json), (body) => ({ body, next: nextPath(link, url, baseUrl) })),
    })

  return {
    get: (path, schema, query) => call({ verb: "GET", path, query, decode: decoderOf(schema) }),
    page,
    all: (path, record, query) =>
      Stream.runCollect(
        Stream.paginate({ path, query }, (at) =>
          Effect.map(page(at.path, Schema.Array(record), at.query), ({ body, next }) => [
            body,
            next === undefined ? Option.none() : Option.some({ path: next, query: undefined }),
          ]),
        ),
      ),
    post: writing("POST"),
    put: writing("PUT"),
    patch: writing("PATCH"),
    delete: (path, query) => call({ verb: "DELETE", path, query, decode: () => Effect.void }),
  }
})
