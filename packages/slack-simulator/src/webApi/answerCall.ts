// A Web API call from request to reply, in Slack's order: is there such a method, can the request be read, whose token is
// it, is it too soon, has the token the scopes, and then the method's own answer. Faults stand before all that.
import { Effect } from "effect"
import type { FaultKind } from "../faults/Fault.ts"
import type { FaultPlan } from "../faults/FaultPlan.ts"
import { rateLimitedReply, replyOfFault, spoilReply } from "../faults/faultReply.ts"
import { jsonReply, type SimulatorReply, type SimulatorRequest } from "../http/exchange.ts"
import type { RateLimits } from "../limits/RateLimits.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { Workspace } from "../Workspace.ts"
import type { Answer } from "./Call.ts"
import type { Cursors } from "./cursors.ts"
import { type Method, methods } from "./methods.ts"
import { spoilerFrom } from "./PageSpoiler.ts"
import { readRequest } from "./readRequest.ts"
import { killTokens, type Token, type Tokens } from "./tokens.ts"

/** All that a simulated Slack remembers between calls. */
export interface WebApi {
  readonly workspace: Workspace
  readonly settings: SimulatorSettings
  readonly tokens: Tokens
  readonly cursors: Cursors
  readonly limits: RateLimits
  readonly faults: FaultPlan
}

const failure = (error: string, headers: Readonly<Record<string, string>> = {}, more = ""): SimulatorReply =>
  jsonReply(`{"ok":false,"error":${JSON.stringify(error)}${more === "" ? "" : `,${more}`}}`, headers)

/** What the token has and what the method accepts: on successes and failures alike. */
const scopeHeaders = (method: Method, token: Token | undefined): Readonly<Record<string, string>> => ({
  ...(token === undefined ? {} : { "x-oauth-scopes": token.scopes.join(",") }),
  ...(method.scopes.length === 0 ? {} : { "x-accepted-oauth-scopes": method.scopes.join(",") }),
})

const replyOf = (
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  warnings: ReadonlyArray<string>,
): SimulatorReply => {
  if (!answer.ok) return failure(answer.error, headers, answer.members)
  const metadata = {
    ...(answer.nextCursor === undefined ? {} : { next_cursor: answer.nextCursor }),
    ...(warnings.length === 0 ? {} : { warnings }),
  }
  const remarks = warnings.length === 0 ? "" : `,"warning":${JSON.stringify(warnings.join(","))}`
  const closing = Object.keys(metadata).length === 0 ? "" : `,"response_metadata":${JSON.stringify(metadata)}`
  return jsonReply(`{"ok":true,${answer.members}${remarks}${closing}}`, headers)
}

const answerSoundly = Effect.fnUntraced(function* (
  api: WebApi,
  name: string,
  method: Method,
  request: SimulatorRequest,
  query: URLSearchParams,
  faults: ReadonlyArray<FaultKind>,
) {
  const read = readRequest(request, query)
  if (!read.ok) return failure(read.error, scopeHeaders(method, undefined))
  const token = method.needsToken ? api.tokens.check(read.token) : undefined
  if (typeof token === "string") return failure(token, scopeHeaders(method, undefined))
  const headers = scopeHeaders(method, token)
  const caller = token?.value ?? ""
  const isPaged = Number(read.args.get("limit") ?? 0) > 0
  const retryAfter = yield* api.limits.retryAfter(name, method, caller, isPaged)
  if (retryAfter > 0) return rateLimitedReply(retryAfter)
  const needed = method.scopes.filter((scope) => token?.scopes.includes(scope) !== true)
  if (needed.length > 0) {
    const scopes = JSON.stringify({ needed: needed.join(","), provided: token?.scopes.join(",") ?? "" })
    return failure("missing_scope", headers, scopes.slice(1, -1))
  }
  const { workspace, settings, cursors } = api
  const call = { args: read.args, token, workspace, settings, cursors, spoiler: spoilerFrom(faults) }
  return replyOf(method.answer(call), headers, read.warnings)
})

/** Answers one call. Delays, and answers that never come, are part of the effect. */
export const answerCall = Effect.fnUntraced(function* (
  api: WebApi,
  name: string,
  request: SimulatorRequest,
  query: URLSearchParams,
) {
  const method = methods.get(name)
  const faults = api.faults.next(name)
  for (const fault of faults) {
    if (fault.kind === "delay") yield* Effect.sleep(fault.millis)
    if (fault.kind === "never") return yield* Effect.never
  }
  // What these change stays changed, before the call that shows them is answered.
  if (faults.some(({ kind }) => kind === "expireCursors")) api.cursors.expire()
  killTokens(api.tokens, faults)
  for (const fault of faults) {
    const reply = replyOfFault(fault, method?.data ?? "data")
    if (reply !== undefined) return spoilReply(reply, faults)
  }
  if (method === undefined) return spoilReply(failure("unknown_method"), faults)
  return spoilReply(yield* answerSoundly(api, name, method, request, query, faults), faults)
})
