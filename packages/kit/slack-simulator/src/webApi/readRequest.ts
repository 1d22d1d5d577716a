// Where Slack looks for a call's token and arguments. https://docs.slack.dev/apis/web-api
//
// GET has them in the query, POST in a form; JSON bodies come with a bearer token, must be an object, and are ignored by
// the read methods for all else. A token in the query is no token: apps made since 2021 may not send one there.
import type { SimulatorRequest } from "../http/exchange.ts"

export interface Arguments {
  readonly get: (name: string) => string | undefined
  readonly entries: () => ReadonlyArray<readonly [string, string]>
}

export type ReadRequest =
  | {
      readonly ok: true
      /** Undefined without one; empty when one is there but holds nothing. */
      readonly token: string | undefined
      readonly args: Arguments
      /** The members of a JSON body: api.test alone shows them. */
      readonly json: Readonly<Record<string, unknown>>
      /** What Slack remarks on a call that it answers all the same. */
      readonly warnings: ReadonlyArray<string>
    }
  | { readonly ok: false; readonly error: string }

const bearer = /^Bearer +(\S+) *$/i

/** The token of an Authorization header: another scheme and an empty bearer are no token. */
const headerToken = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : (bearer.exec(authorization)?.[1] ?? "")

const argumentsOf = (query: URLSearchParams, form: URLSearchParams): Arguments => ({
  get: (name) => form.get(name) ?? query.get(name) ?? undefined,
  entries: () => [...query, ...form].filter(([name]) => name !== "token"),
})

const parseObject = (body: string): { readonly value: Readonly<Record<string, unknown>> } | string => {
  try {
    const value: unknown = JSON.parse(body)
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
    return isObject ? { value: { ...value } } : "json_not_object"
  } catch {
    return "invalid_json"
  }
}

/** Reads the token and arguments of a call, or says with Slack's code why they cannot be read. */
export const readRequest = (request: SimulatorRequest, query: URLSearchParams): ReadRequest => {
  const fromHeader = headerToken(request.headers["authorization"])
  const none = new URLSearchParams()
  if (request.method !== "POST" || request.body === "") {
    // Slack answers invalid_auth to a token in the query, as if it were unknown.
    const token = fromHeader ?? (query.has("token") ? "query" : undefined)
    return { ok: true, token, args: argumentsOf(query, none), json: {}, warnings: [] }
  }
  const contentType = request.headers["content-type"]
  if (contentType === undefined) return { ok: false, error: "missing_post_type" }
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase())
  const hasCharset = parameters.some((parameter) => parameter.startsWith("charset="))
  if (type === "application/x-www-form-urlencoded") {
    const form = new URLSearchParams(request.body)
    return {
      ok: true,
      token: fromHeader ?? form.get("token") ?? (query.has("token") ? "query" : undefined),
      args: argumentsOf(query, form),
      json: {},
      warnings: hasCharset ? ["superfluous_charset"] : [],
    }
  }
  if (type === "application/json") {
    const parsed = parseObject(request.body)
    if (typeof parsed === "string") return { ok: false, error: parsed }
    return {
      ok: true,
      token: fromHeader,
      args: argumentsOf(query, none),
      json: parsed.value,
      warnings: hasCharset ? [] : ["missing_charset"],
    }
  }
  // Slack takes these types too, but none of its SDKs sends them for a read: their arguments are not looked for.
  if (type === "text/plain")
    return { ok: true, token: fromHeader, args: argumentsOf(query, none), json: {}, warnings: [] }
  return { ok: false, error: type === "multipart/form-data" ? "invalid_form_data" : "invalid_post_type" }
}
